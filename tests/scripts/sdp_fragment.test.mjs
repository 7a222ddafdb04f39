// What of an offer a node is sent to restart ICE, and what its reply makes of the old answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, fragmentOf } from "../../pkg-template/sdp_fragment.js";

const sdp = (...lines) => lines.map((line) => `${line}\r\n`).join("");
const candidate = (n) => `a=candidate:${n} 1 udp 1 10.0.0.${n} 9 typ host`;

const AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111";
const VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 96";
const OFFER = sdp(
  ...["v=0", "a=group:BUNDLE 0 1"],
  ...[AUDIO, "a=rtpmap:111 opus/48000/2", "a=ice-ufrag:new", "a=ice-pwd:secret", "a=mid:0"],
  ...[candidate(1), VIDEO, "a=ice-ufrag:new", "a=ice-pwd:secret", "a=mid:1"],
);
const ANSWER = sdp(
  ...["v=0", AUDIO, "a=ice-ufrag:old", "a=ice-pwd:older", candidate(2), candidate(3), "a=mid:0"],
  ...[VIDEO, "a=ice-ufrag:old", "a=ice-pwd:older", "a=mid:1"],
);

test("pub_04 a fragment names the first media line only", () => {
  const attributes = ["a=mid:0", "a=ice-ufrag:new", "a=ice-pwd:secret", candidate(1)];
  const [group, media, ...rest] = fragmentOf(OFFER).split("\r\n");
  assert.deepEqual([group, media, rest.pop()], ["a=group:BUNDLE 0 1", AUDIO, ""]);
  assert.deepEqual(rest.sort(), attributes.sort());
});

test("pub_04 an offer without a group or candidates has a fragment too", () => {
  const fragment = fragmentOf(sdp("v=0", AUDIO, "a=mid:0", "a=ice-pwd:p", "a=ice-ufrag:u"));
  assert.equal(fragment, sdp(AUDIO, "a=mid:0", "a=ice-pwd:p", "a=ice-ufrag:u"));
});

test("pub_04 a reply replaces the credentials everywhere", () => {
  const answer = answerOf(ANSWER, "a=ice-pwd:$&p\na=ice-ufrag:$&u\n");
  assert.equal(
    answer,
    ANSWER.replaceAll(":older", () => ":$&p").replaceAll(":old", () => ":$&u"),
  );
});

test("pub_04 candidates of the reply replace the old ones", () => {
  const answer = answerOf(ANSWER, sdp("a=ice-ufrag:u", "a=ice-pwd:p", candidate(4), candidate(5)));
  const media = ["a=ice-ufrag:u", "a=ice-pwd:p", candidate(4), candidate(5)];
  assert.equal(answer, sdp("v=0", AUDIO, ...media, "a=mid:0", VIDEO, ...media, "a=mid:1"));
});

test("pub_04 an answer that ends with a candidate, without an end of line, loses it whole", () => {
  const old = ["a=ice-ufrag:old", "a=ice-pwd:older", candidate(2)].join("\r\n");
  const reply = sdp("a=ice-ufrag:u", "a=ice-pwd:p", candidate(4));
  assert.equal(answerOf(old, reply), sdp("a=ice-ufrag:u", "a=ice-pwd:p", candidate(4)));
});

for (const fragment of ["", "a=ice-ufrag:u", "a=ice-pwd:p", "<html></html>"]) {
  test(`pub_04 a reply without credentials is no reply: ${fragment}`, () => {
    assert.throws(() => answerOf(ANSWER, fragment));
  });
}
