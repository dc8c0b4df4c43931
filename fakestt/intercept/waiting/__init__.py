"""How a sleep moves the clock, in five modules. The others lead there what waits otherwise.

1. The client calls `time.sleep(60)`, which is `Clocks.sleep` now (`clocks`). If its thread takes part, a `Wait` with a
   deadline is made (`waits`) and handed to `Waiting.wait` (`waiting`), the one way to wait.
2. `Turns.begin` takes note of it (`turns`): this thread does not run any more. `Turns.pump` then gives the turn to the
   next thread whose wait is over, or whose descriptor has something to read.
3. If there is none, all wait. `Hands.move` moves the fakes' clock to the earliest deadline, or to a change that is due
   before it (`hands`). What is due happens in this thread, and nobody runs beside it.
4. `Turns.pump` gives the turn to the thread whose deadline has come: it opens the gate at which that thread blocks in
   `Waiting._block`. There `sleep` returns, and hardly any real time has passed. With one thread all of it is one call.

What leads there: locks, and with them all of `threading` and `queue` (`locks`); threads and executors (`threads`, and
`earlier` for those from before the test); asyncio (`loops`), trio (`trios`), `select` (`selecting`), sockets, pipes and
child processes (`outside`). `refused` has what can't take part. `watch` judges, in real time, whether anybody runs.

What is read is in `clocks` and `wall`, and in `freezing` where the test has set the time itself. `names` finds where
the real functions are bound, `real` keeps them, `whose` tells who asks, and `stage` whether time is virtual now.
"""
