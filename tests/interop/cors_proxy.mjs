// The proxy that an operator puts before a media server that refuses pages of other origins (CORS).

import { once } from "node:events";
import { createServer, request } from "node:http";

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "POST, PATCH, DELETE",
  "access-control-allow-headers": "authorization, content-type, if-match",
  "access-control-expose-headers": "location, etag, link, retry-after",
};

/** Starts a proxy before a port of 127.0.0.1; returns its origin and a function that ends it. */
export async function startProxy(port) {
  const server = createServer((asked, reply) => {
    if (asked.method === "OPTIONS") {
      reply.writeHead(204, CORS).end();
      return;
    }
    const { method, url, headers } = asked;
    const forward = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      reply.writeHead(answer.statusCode, { ...answer.headers, ...CORS });
      answer.pipe(reply);
    });
    forward.once("error", () => {
      if (!reply.headersSent) reply.writeHead(502, CORS);
      reply.end();
    });
    asked.pipe(forward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}
