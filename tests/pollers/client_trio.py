"""The same client with httpx and trio."""

import httpx
import trio

AUDIO = {"Content-Type": "audio/flac"}


def customize(url, key, audio):
    return trio.run(_customize, url, key, audio)


async def _customize(url, key, audio):
    async with httpx.AsyncClient(auth=("apikey", key)) as client:
        models = f"{url}/v1/acoustic_customizations"
        made = await client.post(models, json={"name": "car", "base_model_name": "en-US_BroadbandModel"})
        model = f"{models}/{made.json()['customization_id']}"
        (await client.post(f"{model}/audio/a1", content=audio, headers=AUDIO)).raise_for_status()
        while (await client.get(f"{model}/audio/a1")).json()["status"] == "being_processed":
            await trio.sleep(5)
        (await client.post(f"{model}/train")).raise_for_status()
        with trio.fail_after(24 * 3600):
            while (status := (await client.get(model)).json()["status"]) == "training":
                await trio.sleep(60)
        return status
