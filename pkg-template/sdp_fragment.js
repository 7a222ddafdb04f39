// SDP fragments of an ICE restart (RFC 8840 section 9, RFC 9725 section 4.3.3): what of an offer is
// sent, and how the reply becomes an answer.

/** The attributes of these names, as lines. */
const attributes = (sdp, names) => sdp.match(RegExp(`^a=(?:${names}):.*`, "gm")) ?? [];

/**
 * What a node has to know of a new offer: the ICE credentials and candidates of its first m-line,
 * the only one that has any when all are bundled.
 */
export function fragmentOf(offer) {
  const [session, media] = offer.split(/^(?=m=)/m);
  return [
    ...attributes(session, "group"),
    media.match(/.*/),
    ...attributes(media, "mid|ice-ufrag|ice-pwd|candidate"),
    "",
  ].join("\r\n");
}

/**
 * The answer to a new offer: the old answer with the credentials of a node's fragment, and with its
 * candidates if it names any. Throws where it has no credentials.
 */
export function answerOf(oldAnswer, fragment) {
  const [[ufrag], [pwd], candidates] = ["ice-ufrag", "ice-pwd", "candidate"].map((name) =>
    attributes(fragment, name),
  );
  if (!ufrag || !pwd) throw fragment;
  const answer = candidates.length ? oldAnswer.replace(/^a=candidate:.*[\r\n]*/gm, "") : oldAnswer;
  return answer
    .replace(/^a=ice-ufrag:.*/gm, () => ufrag)
    .replace(/^a=ice-pwd:.*/gm, () => [pwd, ...candidates].join("\r\n"));
}
