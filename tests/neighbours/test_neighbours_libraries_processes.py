"""Child processes live in real time: the clock stands while they are waited for, and their results come."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

LATE = [sys.executable, "-S", "-c", "import time; time.sleep(0.2); print('done')"]
CHATTY = [
    sys.executable,
    "-S",
    "-c",
    "import time\nfor n in range(20):\n    print(n, flush=True)\n    time.sleep(0.01)",
]


def elapsed(stt):
    return round(stt.clock.now() - stt.started_at_s, 6)


# In a module of their own, because a child may import it again.

JOBS = """
import multiprocessing, os, subprocess

def late(n=1):
    subprocess.run(["sleep", "0.3"], check=True)
    return 2 * n

def sleeper(answer):
    # os.times is of the system, whatever the time is.
    began_s = os.times().elapsed
    time.sleep(0.2)
    answer.put(os.times().elapsed - began_s)

def quick(n):
    return 2 * n
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(passes, method):
    passes(
        JOBS
        + f"""
context = multiprocessing.get_context({method!r})

@pytest.mark.parametrize("n", range(2))
def test_a_process_is_joined(fake_stt, n):
    process = context.Process(target=late)
    process.start()
    process.join()
    assert (process.exitcode, elapsed(fake_stt)) == (0, 0)

def test_a_process_is_joined_with_a_time_out(fake_stt):
    process = context.Process(target=late)
    process.start()
    process.join(timeout=30)
    assert process.exitcode == 0
    assert elapsed(fake_stt) <= 30

def test_what_a_process_sleeps_is_real(fake_stt):
    answer = context.Queue()
    process = context.Process(target=sleeper, args=(answer,))
    process.start()
    assert answer.get(timeout=30) >= 0.15
    process.join()
    assert process.exitcode == 0
    answer.close()
    answer.join_thread()

def test_a_pool(fake_stt):
    with context.Pool(2) as pool:
        assert pool.map(quick, range(4)) == [0, 2, 4, 6]
        assert pool.apply_async(late, (4,)).get(timeout=30) == 8
        assert list(pool.imap_unordered(late, [5])) == [10]
        pool.close()
        pool.join()

def test_the_client_waits_after_it(fake_stt):
    with context.Pool(1) as pool:
        assert pool.apply(late, (3,)) == 6
        time.sleep(3600)
        assert pool.apply(late, (3,)) == 6
    assert elapsed(fake_stt) >= 3600
""",
        tests=6,
    )


def test_a_pool_of_threads_of_multiprocessing_keeps_real_time_and_says_so(passes):
    passes(
        """
import multiprocessing.pool

@pytest.mark.parametrize("n", range(2))
def test_it(fake_stt, n):
    with multiprocessing.pool.ThreadPool(2) as pool:
        assert pool.map(lambda n: time.sleep(0.01) or n, range(4), chunksize=1) == [0, 1, 2, 3]
        time.sleep(60)
        assert elapsed(fake_stt) == 60

def test_time_outs(fake_stt):
    with multiprocessing.pool.ThreadPool(1) as pool:
        late = pool.apply_async(time.sleep, (0.2,))
        with pytest.raises(multiprocessing.TimeoutError):
            late.get(timeout=0.01)
        late.get(timeout=3600)
        pool.close()
        pool.join()
    assert elapsed(fake_stt) == 0

def test_a_long_wait(fake_stt):
    with multiprocessing.pool.ThreadPool(1) as pool:
        with pytest.raises(RuntimeWarning, match=r"waits 3600 s of real time: it takes no part in virtual time"):
            pool.apply(time.sleep, (3600,))
""",
        tests=4,
    )


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_pool_of_processes_gives_its_results(passes, method):
    passes(
        JOBS
        + f"""
from concurrent.futures import ProcessPoolExecutor, as_completed, wait

context = multiprocessing.get_context({method!r})

@pytest.mark.parametrize("n", range(2))
def test_within_a_time_out(fake_stt, n):
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(late, 4).result(timeout=30) == 8
    assert elapsed(fake_stt) <= 30

def test_of_many(fake_stt):
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(quick, range(4), timeout=30)) == [0, 2, 4, 6]
        assert {{one.result() for one in as_completed([pool.submit(late, 4)], timeout=30)}} == {{8}}
        assert not wait([pool.submit(late, 4)], timeout=30).not_done

def test_a_job_that_is_a_function_of_time(fake_stt):
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(time.sleep, 0.1).result(timeout=30) is None

def test_beside_a_thread_that_polls(fake_stt):
    import threading
    thread = threading.Thread(target=lambda: [time.sleep(1) for _ in range(600)])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        late_one = pool.submit(late, 4)
        thread.start()
        assert late_one.result() == 8
    thread.join()
    assert elapsed(fake_stt) == 600
""",
        tests=5,
    )


def test_a_subprocess_is_waited_for_while_the_clock_stands(fake_stt):
    assert subprocess.run(LATE, stdout=subprocess.PIPE, check=True).stdout == b"done\n"
    assert elapsed(fake_stt) == 0
    with subprocess.Popen(LATE, stdout=subprocess.DEVNULL) as child:
        assert child.wait() == 0
    assert elapsed(fake_stt) == 0


def test_a_subprocess_ends_within_its_time_out(fake_stt):
    assert subprocess.run(LATE, capture_output=True, timeout=30, check=True).stdout == b"done\n"
    with subprocess.Popen(LATE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.communicate(b"", timeout=30)[0] == b"done\n"
    with subprocess.Popen(LATE, stdout=subprocess.DEVNULL) as child:
        assert child.wait(timeout=30) == 0
    assert elapsed(fake_stt) <= 90


def test_the_time_out_of_a_subprocess_that_goes_on_ends(fake_stt):
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(["sleep", "30"], timeout=0.2, check=False)
    with subprocess.Popen(["sleep", "30"]) as child:
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(timeout=0.2)
        child.kill()


@pytest.mark.parametrize("timeout_s", [None, 30])
def test_a_subprocess_in_a_pool_of_threads_gives_its_result(fake_stt, timeout_s):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(subprocess.run, LATE, capture_output=True) for _ in range(2)]
        assert [job.result(timeout=timeout_s).stdout for job in jobs] == [b"done\n"] * 2


def test_a_thread_that_reads_a_chatty_subprocess_does_no_harm(fake_stt):
    told = []

    def read(lines):
        for line in lines:
            told.append(int(line))

    with subprocess.Popen(CHATTY, stdout=subprocess.PIPE) as child:
        reader = threading.Thread(target=read, args=(child.stdout,))
        reader.start()
        time.sleep(60)
        child.wait()
        reader.join()
    assert told == list(range(20))
    assert elapsed(fake_stt) == 60


def test_a_thread_that_reads_a_subprocess_and_waits_itself(fake_stt):
    told = []

    def read(lines):
        for line in lines:
            time.sleep(1)
            told.append(int(line))

    with subprocess.Popen(CHATTY, stdout=subprocess.PIPE) as child:
        reader = threading.Thread(target=read, args=(child.stdout,))
        reader.start()
        for _ in range(10):
            time.sleep(60)
        reader.join()
    assert told == list(range(20))
    assert 600 <= elapsed(fake_stt) <= 620


def test_pexpect(passes):
    passes(
        """
import signal, sys
import pexpect

def end(child):
    # Its own close() sleeps, for a child to end meanwhile: that takes no real time.
    child.wait()
    child.close()

def test_an_answer(fake_stt):
    child = pexpect.spawn("cat", timeout=30)
    child.sendline("hello")
    child.expect("hello")
    child.sendeof()
    child.expect(pexpect.EOF)
    end(child)
    assert child.exitstatus == 0

@pytest.mark.parametrize("n", range(2))
def test_an_answer_that_really_takes_a_while(fake_stt, n):
    child = pexpect.spawn(sys.executable, ["-S", "-c", "import time; time.sleep(0.3); print('ready')"])
    child.expect("ready", timeout=30)
    child.expect(pexpect.EOF, timeout=30)
    end(child)
    assert elapsed(fake_stt) <= 60

def test_an_answer_that_never_comes(fake_stt):
    child = pexpect.spawn("cat", echo=False)
    with pytest.raises(pexpect.TIMEOUT):
        child.expect("hello", timeout=0.3)
    child.kill(signal.SIGKILL)
    end(child)
    time.sleep(3600)
    assert elapsed(fake_stt) >= 3600
""",
        tests=4,
        needs="pexpect",
    )
