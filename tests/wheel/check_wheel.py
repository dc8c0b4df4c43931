"""Runs against the installed wheel: the plugin is found, and a client of requests reaches the fake."""

import requests


def test_a_model_is_created_by_the_installed_package(fake_stt):
    answer = requests.post(
        f"{fake_stt.url}/v1/acoustic_customizations",
        json={"name": "car", "base_model_name": "en-US_BroadbandModel"},
        auth=("apikey", fake_stt.api_key),
        timeout=5,
    )
    assert answer.status_code == 201
    assert answer.json()["customization_id"] in fake_stt.acoustic_models
    assert fake_stt.journal.count("createAcousticModel") == 1


def test_the_guides_are_shipped():
    from fakestt.guide import topics

    assert all(question.endswith("?") for question in topics().values())


def test_the_types_are_shipped():
    from importlib.resources import files

    assert (files("fakestt") / "py.typed").is_file()
    assert (files("conftest_plugin") / "py.typed").is_file()


def test_the_certificate_is_shipped():
    from pathlib import Path

    from fakestt import FakeSTT

    assert Path(FakeSTT(tls="self-signed").ca_file).is_file()


def test_the_page_is_shipped():
    from fakestt.page.document import document

    assert "".join(document([])).count("<script>") == 1


def test_what_an_import_costs():
    import subprocess
    import sys

    def cost_s(code):
        """Of the processor's time: the least of five."""
        timed = f"import time; began = time.process_time(); {code}; print(time.process_time() - began)"
        runs = [subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True) for _ in range(5)]
        return min(float(run.stdout) for run in runs)

    fakestt_s, werkzeug_s = cost_s("import fakestt"), cost_s("import werkzeug.wrappers, werkzeug.routing")
    print(f"import fakestt: {1000 * fakestt_s:.0f} ms, {fakestt_s / werkzeug_s:.1f} times the werkzeug that is in it")
    assert fakestt_s < 6 * werkzeug_s


def test_the_words_of_english_are_shipped_with_their_licence():
    from importlib.metadata import files

    from fakestt.media.vocabulary import known

    assert known("syncopations", "en-US")
    assert sum(str(path).endswith("fakestt/media/english/LICENSE") for path in files("fakestt")) == 2
