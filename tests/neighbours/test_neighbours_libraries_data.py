"""Libraries that keep data: their dates are the fake's, and what they keep for a while expires by waiting."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


def test_pandas_may_be_imported_first_inside(passes):
    passes(
        """
import datetime

def test_the_first_import(fake_stt):
    import pandas
    frame = pandas.DataFrame({"at": [datetime.datetime.now()], "minutes": [12]})
    time.sleep(86400)
    assert (datetime.datetime.now() - frame["at"][0]).total_seconds() == 86400

def test_a_later_one(fake_stt):
    import pandas
    hours = pandas.date_range(datetime.datetime.now(), periods=3, freq="h")
    time.sleep(7200)
    assert hours[-1] == datetime.datetime.now()
    assert isinstance(pandas.Timestamp(datetime.datetime.now()), datetime.datetime)
    assert pandas.api.types.is_datetime64_any_dtype(pandas.Series([datetime.datetime.now()]))

def test_without_a_fake():
    import pandas
    assert abs(pandas.Timestamp.now("UTC").timestamp() - time.time()) < 60
    assert pandas.Series([datetime.datetime(2018, 10, 27)]).dt.year[0] == 2018
""",
        tests=3,
        needs="pandas",
    )


@pytest.mark.parametrize("imported", ["before", "inside"])
def test_pandas_shows_the_fakes_now(passes, imported):
    passes(
        ("import pandas" if imported == "before" else "")
        + """
import datetime

@pytest.mark.parametrize("n", range(2))
def test_it(fake_stt, n):
    import pandas
    began = pandas.Timestamp.now()
    time.sleep(86400)
    assert pandas.Timestamp.now() == pandas.Timestamp.today() == datetime.datetime.now()
    assert pandas.Timestamp.now("UTC").timestamp() == time.time()
    assert (pandas.Timestamp.now() - began).total_seconds() == 86400
""",
        tests=2,
        needs="pandas",
    )


SQLALCHEMY = """
from datetime import datetime, timedelta
import sqlalchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): ...

class Training(Base):
    __tablename__ = "trainings"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    began: Mapped[datetime] = mapped_column(default=NOW)
    touched: Mapped[datetime] = mapped_column(default=NOW, onupdate=NOW)

@pytest.fixture
def session():
    engine = sqlalchemy.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()

@pytest.mark.parametrize("n", range(2))
def test_it(session, fake_stt, n):
    training = Training(name="car")
    session.add(training)
    session.commit()
    began = training.began
    assert began == training.touched == datetime.now()
    time.sleep(3600)
    training.name = "bus"
    session.add(Training(name="late"))
    session.commit()
    assert (training.began, training.touched) == (began, began + timedelta(hours=1))
    recent = sqlalchemy.select(Training.name).where(Training.began > datetime.now() - timedelta(minutes=30))
    assert session.scalars(recent).all() == ["late"]

def test_dates_that_are_given(session, fake_stt):
    given = dict(name="car", began=datetime(2018, 10, 27), touched=datetime.now())
    session.execute(sqlalchemy.insert(Training).values(**given))
    assert session.scalars(sqlalchemy.select(Training.began)).one() == datetime(2018, 10, 27)
    assert session.scalars(sqlalchemy.select(Training.touched)).one() == datetime.now()
"""


@pytest.mark.parametrize("now", ["datetime.now", "lambda: datetime.now()"])
def test_a_column_of_sqlalchemy_has_the_fakes_now_for_its_default(passes, now):
    passes(SQLALCHEMY.replace("NOW", now), tests=3, needs="sqlalchemy")


PYDANTIC = """
import datetime as dt
from datetime import date, datetime
from pydantic import BaseModel, Field

class Poll(BaseModel):
    at: datetime = Field(default_factory=NOW)
    day: date = Field(default_factory=TODAY)

@pytest.mark.parametrize("n", range(2))
def test_a_model_of_the_module(fake_stt, n):
    first = Poll()
    time.sleep(86400)
    second = Poll()
    assert (second.at, second.day) == (datetime.now(), date.today())
    assert second.at - first.at == dt.timedelta(days=1)
    assert Poll.model_validate_json(second.model_dump_json()) == second
    assert Poll(at=datetime.now(), day=date.today()) == second

def test_a_model_of_the_test(fake_stt):
    class Late(BaseModel):
        at: datetime = Field(default_factory=datetime.now)
        other: dt.datetime | None = None
    time.sleep(60)
    assert Late(other=datetime.now()).at == Late(other="2018-10-27T00:00:00").at == datetime.now()
    assert isinstance(Late().at, datetime)
"""


@pytest.mark.parametrize(
    ("now", "today"), [("datetime.now", "date.today"), ("lambda: datetime.now()", "lambda: date.today()")]
)
def test_a_model_of_pydantic_has_the_fakes_now_for_its_default(passes, now, today):
    passes(PYDANTIC.replace("NOW", now).replace("TODAY", today), tests=3, needs="pydantic")


def test_a_cache_of_cachetools_forgets_by_waiting(passes):
    passes(
        """
from cachetools import TTLCache, cached

TOKENS = TTLCache(maxsize=10, ttl=600)
calls = []

@cached(TTLCache(maxsize=10, ttl=60))
def token(key):
    calls.append(key)
    return len(calls)

@pytest.mark.parametrize("n", range(3))
def test_one_of_the_module_in_one_test_after_the_other(fake_stt, n):
    # What an earlier test has put there an hour ago is gone, though that hour took no time.
    assert (len(TOKENS), TOKENS.get("key")) == (0, None)
    TOKENS["key"] = n
    time.sleep(599)
    assert TOKENS.get("key") == n
    time.sleep(2)
    assert TOKENS.get("key") is None
    TOKENS["key"] = "the last of this test"
    time.sleep(3600)

def test_one_that_decorates_a_function_of_the_module(fake_stt):
    assert (token("a"), token("a")) == (1, 1)
    time.sleep(61)
    assert (token("a"), token("a")) == (2, 2)

def test_one_of_the_test(fake_stt):
    cache = TTLCache(maxsize=2, ttl=30)
    cache["key"] = 1
    time.sleep(29)
    assert "key" in cache
    time.sleep(2)
    assert "key" not in cache
""",
        tests=5,
        needs="cachetools",
    )


def test_the_monotonic_clock_never_goes_back_from_one_fake_to_the_next(passes):
    passes(
        """
LATEST = {"monotonic": time.monotonic(), "perf_counter": time.perf_counter()}

@pytest.mark.parametrize("n", range(3))
def test_it(fake_stt, n):
    for name, before in LATEST.items():
        assert getattr(time, name)() >= before
        time.sleep(3600)
        LATEST[name] = getattr(time, name)()

def test_without_a_fake():
    began_s = time.monotonic()
    time.sleep(0.01)
    assert 0 < time.monotonic() - began_s < 30

def test_after_one_without(fake_stt):
    test_it(fake_stt, 4)
""",
        tests=5,
    )


def test_an_answer_that_requests_cache_keeps_expires_by_waiting(passes):
    passes(
        """
import requests_cache

@pytest.mark.parametrize("n", range(2))
def test_it(fake_stt, n):
    session = requests_cache.CachedSession(backend="memory", expire_after=600)
    session.auth = ("apikey", "any")
    def ask():
        return session.get(fake_stt.url + "/v1/models").from_cache
    assert (ask(), ask()) == (False, True)
    time.sleep(590)
    assert ask()
    time.sleep(11)
    assert (ask(), ask()) == (False, True)
    assert len(fake_stt.journal) == 2
    session.close()
""",
        tests=2,
        needs="requests_cache",
    )
