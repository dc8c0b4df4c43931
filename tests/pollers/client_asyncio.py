"""The same client with httpx and asyncio."""

import asyncio
from asyncio import sleep

import httpx

AUDIO = {"Content-Type": "audio/flac"}


def customize(url, key, audio):
    return asyncio.run(_customize(url, key, audio))


async def _customize(url, key, audio):
    async with httpx.AsyncClient(auth=("apikey", key)) as client:
        models = f"{url}/v1/acoustic_customizations"
        made = await client.post(models, json={"name": "car", "base_model_name": "en-US_BroadbandModel"})
        model = f"{models}/{made.json()['customization_id']}"
        (await client.post(f"{model}/audio/a1", content=audio, headers=AUDIO)).raise_for_status()
        while (await client.get(f"{model}/audio/a1")).json()["status"] == "being_processed":
            await sleep(5)
        (await client.post(f"{model}/train")).raise_for_status()
        return await asyncio.wait_for(_trained(client, model), timeout=24 * 3600)


async def _trained(client, model):
    while (status := (await client.get(model)).json()["status"]) == "training":
        await asyncio.sleep(60)
    return status
