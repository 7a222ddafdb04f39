"""A WHIP or WHEP client on aiortc: client.py publish|play URL, with the token in TOKEN.

`publish` sends a test picture and a tone; `play` prints `frames N` for every tenth picture it
decodes. Ends when its input does, with a DELETE.
"""

import asyncio
import os
import sys
from urllib.parse import urljoin

from aiohttp import ClientSession
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole, MediaPlayer
from aiortc.mediastreams import MediaStreamTrack

AUTHORIZATION = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
TOLD_EVERY = 10


class Counted(MediaStreamTrack):
    """Another track, whose pictures are counted."""

    kind = "video"

    def __init__(self, track):
        super().__init__()
        self.track = track
        self.frames = 0

    async def recv(self):
        frame = await self.track.recv()
        self.frames += 1
        if self.frames % TOLD_EVERY == 0:
            print("frames", self.frames, flush=True)
        return frame


def send(peer):
    picture = MediaPlayer("testsrc=size=640x480:rate=20", format="lavfi")
    tone = MediaPlayer("sine=sample_rate=48000", format="lavfi")
    peer.addTrack(picture.video)
    peer.addTrack(tone.audio)
    return picture, tone


def receive(peer):
    sink = MediaBlackhole()

    @peer.on("track")
    async def on_track(track):
        sink.addTrack(Counted(track) if track.kind == "video" else track)
        await sink.start()

    for kind in ("audio", "video"):
        peer.addTransceiver(kind, direction="recvonly")
    return sink


async def main(direction, url):
    peer = RTCPeerConnection()
    # Held so that it is not collected.
    media = send(peer) if direction == "publish" else receive(peer)
    peer.on("connectionstatechange", lambda: print(peer.connectionState, flush=True))
    await peer.setLocalDescription(await peer.createOffer())
    async with ClientSession(headers=AUTHORIZATION) as http:
        headers = {"Content-Type": "application/sdp"}
        async with http.post(url, data=peer.localDescription.sdp, headers=headers) as response:
            answer = await response.text()
            print("POST", response.status, flush=True)
            response.raise_for_status()
            session = urljoin(url, response.headers["Location"])
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        async with http.delete(session) as response:
            print("DELETE", response.status, flush=True)
    await peer.close()
    del media


asyncio.run(main(*sys.argv[1:]))
