"""A WHIP and WHEP server on aiortc. It has no PATCH and no ETag, and 404 where a stream is missing.

POST /{stream}/whip, POST /{stream}/whep, DELETE on the Location; `Authorization` must be TOKEN's.
"""

import os
import sys
import uuid

from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

AUTHORIZATION = f"Bearer {os.environ['TOKEN']}"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Allow-Methods": "POST, DELETE",
    "Access-Control-Expose-Headers": "Location",
}

relay = MediaRelay()
tracks = {}  # by stream
sessions = {}  # by their ID


async def publish(request):
    peer = RTCPeerConnection()
    own = tracks[request.match_info["stream"]] = []
    peer.on("track", own.append)
    return await answer(request, peer)


async def play(request):
    published = tracks.get(request.match_info["stream"])
    if not published:
        return web.Response(status=404)
    peer = RTCPeerConnection()
    for track in published:
        peer.addTrack(relay.subscribe(track))
    return await answer(request, peer)


async def answer(request, peer):
    await peer.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
    await peer.setLocalDescription(await peer.createAnswer())
    session = uuid.uuid4().hex
    sessions[session] = peer
    headers = {"Location": f"/session/{session}"}
    sdp = peer.localDescription.sdp
    return web.Response(status=201, text=sdp, content_type="application/sdp", headers=headers)


async def end(request):
    peer = sessions.pop(request.match_info["session"], None)
    if peer is None:
        return web.Response(status=404)
    await peer.close()
    return web.Response()


@web.middleware
async def guard(request, handler):
    if request.method == "OPTIONS":
        return web.Response(status=204)
    if request.headers.get("Authorization") != AUTHORIZATION:
        return web.Response(status=401)
    return await handler(request)


async def allow_origins(_request, response):
    response.headers.update(CORS)


app = web.Application(middlewares=[guard])
app.on_response_prepare.append(allow_origins)
app.add_routes([
    web.post("/{stream}/whip", publish),
    web.post("/{stream}/whep", play),
    web.delete("/session/{session}", end),
])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
