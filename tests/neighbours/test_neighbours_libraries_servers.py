"""Servers in the test and clients of them, other fakes, and clients that keep threads of their own."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

UVICORN = """
import asyncio, threading
import httpx, requests, uvicorn

async def app(scope, receive, send):
    assert scope["type"] == "http"
    await asyncio.sleep(5)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})

@pytest.fixture
def url():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield "http://127.0.0.1:%d" % server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()
"""


@pytest.mark.parametrize("client", ["requests", "httpx"])
def test_uvicorn_in_a_thread_of_the_test(passes, client):
    passes(
        UVICORN
        + f"""
client = {client}
"""
        + """
@pytest.mark.parametrize("n", range(2))
def test_a_handler_that_sleeps(fake_stt, url, n):
    before_s = elapsed(fake_stt)
    assert client.get(url, timeout=30).text == "hello"
    assert 5 <= elapsed(fake_stt) - before_s <= 30

def test_the_client_waits_between_requests(fake_stt, url):
    for _ in range(3):
        assert client.get(url, timeout=30).text == "hello"
        time.sleep(60)
    assert 195 <= elapsed(fake_stt) <= 285
""",
        tests=3,
        needs="uvicorn requests httpx",
    )


def test_uvicorn_and_an_async_client(passes):
    passes(
        UVICORN
        + """
@pytest.mark.parametrize("n", range(2))
def test_it(fake_stt, url, n):
    before_s = elapsed(fake_stt)
    async def main():
        async with httpx.AsyncClient(timeout=30) as client:
            answers = await asyncio.gather(*(client.get(url) for _ in range(3)))
            return [answer.text for answer in answers]
    assert asyncio.run(main()) == ["hello"] * 3
    assert 5 <= elapsed(fake_stt) - before_s <= 30
""",
        tests=2,
        needs="uvicorn httpx",
    )


def test_a_handler_of_pytest_httpserver_may_really_take_a_while(passes):
    passes(
        """
import subprocess
from concurrent.futures import ThreadPoolExecutor
import requests
from werkzeug import Response

def late(request):
    subprocess.run(["sleep", "0.2"], check=True)
    return Response("late")

def test_the_clock_stands(httpserver, fake_stt):
    httpserver.expect_request("/x").respond_with_handler(late)
    assert requests.get(httpserver.url_for("/x"), timeout=5).text == "late"
    assert elapsed(fake_stt) == 0

def test_in_a_pool_of_threads(httpserver, fake_stt):
    httpserver.expect_request("/x").respond_with_handler(late)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(requests.get, httpserver.url_for("/x"), timeout=5) for _ in range(2)]
        assert [one.result(timeout=60).text for one in asked] == ["late", "late"]

def test_a_time_out_of_the_client(httpserver, fake_stt):
    httpserver.expect_request("/x").respond_with_handler(late)
    with pytest.raises(requests.ReadTimeout):
        requests.get(httpserver.url_for("/x"), timeout=0.05)
    time.sleep(3600)
    assert elapsed(fake_stt) >= 3600
""",
        tests=3,
        needs="pytest_httpserver requests",
        plugins=["pytest_httpserver"],
    )


def test_moto_has_the_fakes_time(passes):
    passes(
        """
import os
os.environ.update(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any", AWS_DEFAULT_REGION="us-east-1")
import boto3
from moto import mock_aws

@pytest.mark.parametrize("n", range(2))
def test_when_an_object_was_stored(fake_stt, n):
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="recordings")
        time.sleep(86400)
        s3.put_object(Bucket="recordings", Key="a.flac", Body=b"fLaC")
        stored = s3.get_object(Bucket="recordings", Key="a.flac")
        assert stored["Body"].read() == b"fLaC"
        assert stored["LastModified"].timestamp() == pytest.approx(time.time(), abs=1)

@mock_aws
def test_a_message_comes_again_when_nobody_has_deleted_it(fake_stt):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="trainings", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="train", DelaySeconds=60)
    def receive(**options):
        return [one["Body"] for one in sqs.receive_message(QueueUrl=url, **options).get("Messages", ())]
    assert receive(WaitTimeSeconds=0) == []
    time.sleep(61)
    assert receive() == ["train"]
    time.sleep(590)
    assert receive(WaitTimeSeconds=0) == []
    assert receive(WaitTimeSeconds=20) == ["train"]
    assert 661 <= elapsed(fake_stt) <= 672

@mock_aws
def test_beside_the_fake_itself(fake_stt):
    boto3.client("s3").create_bucket(Bucket="recordings")
    assert fake_stt.client().list_acoustic_models().get_status_code() == 200
""",
        tests=4,
        needs="moto boto3",
        ini="    ignore::DeprecationWarning:botocore\n    ignore::DeprecationWarning:moto\n",
    )


def test_django_has_the_fakes_time(passes):
    passes(
        """
import datetime, sys, threading
import django
from django.conf import settings

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    SECRET_KEY="any",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
)
django.setup()

from django.core import signing
from django.core.cache import cache
from django.db import connection, models
from django.http import JsonResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

class Training(models.Model):
    began = models.DateTimeField(auto_now_add=True)
    touched = models.DateTimeField(default=timezone.now)
    class Meta:
        app_label = "contenttypes"

def now(request):
    time.sleep(60)
    request.session["asked"] = request.session.get("asked", 0) + 1
    return JsonResponse({"now": timezone.now().timestamp(), "asked": request.session["asked"]})

urlpatterns = [path("now", now)]

@pytest.mark.parametrize("n", range(2))
def test_a_view(fake_stt, n):
    client = Client()
    assert client.get("/now").json() == {"now": fake_stt.started_at_s + 60, "asked": 1}
    time.sleep(3600)
    assert client.get("/now").json() == {"now": fake_stt.started_at_s + 3720, "asked": 2}
    assert timezone.now().timestamp() == timezone.localtime().timestamp() == time.time()
    assert (timezone.now() - datetime.timedelta(hours=1)).tzinfo is datetime.timezone.utc

def test_a_cache(fake_stt):
    cache.set("token", 1, timeout=600)
    time.sleep(599)
    assert cache.get("token") == 1
    time.sleep(2)
    assert cache.get("token") is None

def test_a_signature(fake_stt):
    signed = signing.dumps({"a": 1})
    time.sleep(50)
    assert signing.loads(signed, max_age=60) == {"a": 1}
    time.sleep(50)
    with pytest.raises(signing.SignatureExpired):
        signing.loads(signed, max_age=60)

def test_a_row(fake_stt):
    with connection.schema_editor() as editor:
        editor.create_model(Training)
    time.sleep(60)
    Training.objects.create()
    row = Training.objects.get()
    assert row.began == row.touched == timezone.now()
    time.sleep(3600)
    assert not Training.objects.filter(began__gt=timezone.now() - datetime.timedelta(minutes=30)).exists()
    connection.close()
""",
        tests=5,
        needs="django",
    )


def test_a_session_of_requests_futures_from_before_the_test(passes):
    passes(
        """
import threading
from concurrent.futures import as_completed
from requests_futures.sessions import FuturesSession

SESSION = FuturesSession(max_workers=2)
SESSION.auth = ("apikey", "any")

def test_without_a_fake():
    # Its threads are started here.
    assert SESSION.executor.submit(int).result(timeout=5) == 0

@pytest.mark.parametrize("n", range(3))
def test_its_threads_take_part(fake_stt, n):
    late = {"response": lambda answer, *_, **__: time.sleep(60)}
    asked = [SESSION.get(fake_stt.url + "/v1/models", hooks=late) for _ in range(4)]
    assert [one.result(timeout=600).status_code for one in asked] == [200] * 4
    assert elapsed(fake_stt) == 120

def test_a_time_out(fake_stt):
    late = {"response": lambda answer, *_, **__: time.sleep(60)}
    asked = SESSION.get(fake_stt.url + "/v1/models", hooks=late)
    with pytest.raises(TimeoutError):
        asked.result(timeout=10)
    assert [one.result().status_code for one in as_completed([asked], timeout=600)] == [200]
    assert elapsed(fake_stt) == 60
""",
        tests=5,
        needs="requests_futures",
    )
