// A path for one session's media: a UDP port in front of the media server that can be cut.

import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A path that the browser sees as the media server's own port. */
export class MediaPath {
  /** While it is cut, nothing passes, and nobody is told. */
  isCut = false;
  #front;
  #back;
  #client = null;

  /** Opens a path to a media server's address and port. */
  static async open(address, port) {
    const path = new MediaPath();
    path.#front = await bound(address);
    path.#back = await bound(address);
    path.#front.on("message", (packet, client) => {
      path.#client = client;
      if (!path.isCut) path.#back.send(packet, port, address);
    });
    path.#back.on("message", (packet) => {
      const { port: to, address: at } = path.#client ?? {};
      if (to && !path.isCut) path.#front.send(packet, to, at);
    });
    return path;
  }

  get port() {
    return this.#front.address().port;
  }

  close() {
    for (const socket of [this.#front, this.#back]) socket.close();
  }
}

/**
 * Routes the media that an answer or a fragment of SDP asks for through a path of its own.
 *
 * @returns `{sdp, path}`; no `path` if the text has no candidate.
 */
export async function detour(sdp) {
  const candidate = /^a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) .*$/im.exec(sdp);
  if (!candidate) return { sdp, path: null };
  const [line, address, port] = candidate;
  const path = await MediaPath.open(address, Number(port));
  const led = line.replace(`${address} ${port}`, `${address} ${path.port}`);
  const lines = sdp.split("\r\n").filter((text) => text === line || !isCandidate(text));
  return { sdp: lines.join("\r\n").replace(line, led), path };
}

function isCandidate(line) {
  return /^a=candidate:/i.test(line);
}

async function bound(address) {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  // A closed port raises an error at the sender; that counts as a cut too.
  socket.on("error", () => {});
  socket.bind(0, address);
  await once(socket, "listening");
  socket.unref();
  return socket;
}
