//! The rules by which worlds are judged, in words; `docs/simulator.md` has the same list.

/// Each rule with its number or name. A violation names one of them.
pub const INVARIANTS: &[(&str, &str)] = &[
    ("ROOM-01", "nothing is told of another room than the one that is logged in to"),
    ("ROOM-02", "no room state but by the rule's moves; so RECONNECTING once an outage"),
    (
        "ROOM-05",
        "a link that can bring nothing is noticed in 3 s; the server says something every heartbeat",
    ),
    ("ROOM-06", "a refused connect is not tried again at once, again and again"),
    (
        "ROOM-07",
        "no failure before the window's end, and none later; who wakes up past it, or has no window, has one try",
    ),
    (
        "ROOM-08",
        "ADD and DELETE take turns for each user and stream; nobody is told of a blip; nothing is replayed that was seen; a broadcast arrives once and in order",
    ),
    (
        "ROOM-09",
        "a user leaves at the end of its grace, not before and not after; reasons of deletion are true",
    ),
    ("ROOM-11", "nothing is sent or opened after a final state without a new login"),
    ("ROOM-12", "nobody who is away is put out for a token before the window's end"),
    ("ROOM-13", "out 3 s after logoutRoom"),
    ("ROOM-17", "all of this holds for each room of a device by itself"),
    ("ROOM-15", "nobody is told of itself, nor of users without asking"),
    ("PUB-01", "no event equal to the one before"),
    ("PUB-02", "PUBLISHING and PLAYING with a connected session, PUBLISHING with the room's word"),
    ("PLAY-01", "PUBLISHING and PLAYING with a connected session, PUBLISHING with the room's word"),
    ("PUB-04", "at most two sessions of a stream and direction"),
    ("PLAY-04", "PLAYING with tracks attached, and not again and again with no media"),
    ("PLAY-06", "PLAYING with tracks attached, and not again and again with no media"),
    (
        "PUB-05",
        "no end for failed tries while out of the room, or while the network is said to be down",
    ),
    ("PUB-07", "no try within 3 s of a failure"),
    ("PUB-08", "the server and everybody else know what is muted"),
    ("MEDIA-09", "media that flowed and stands still is noticed, whatever the browser says"),
    (
        "MEDIA-10",
        "tries at one origin within the limiter's bound; no more on a link than the server takes",
    ),
    ("BEY-03", "nobody's link is told of who is not in the room"),
    ("BEY-04", "at most two sockets of a room"),
    (
        "generation",
        "what comes from a closed socket or session changes nothing; no number is used twice; nothing is sent on a closed socket",
    ),
    ("secret", "no session is resumed without its secret"),
    ("promise", "each is settled once, and by the end"),
    ("timer", "none goes off again and again; none is set after the end"),
    ("leak", "what was opened is closed in the end"),
    ("liveness", "once all is healed everyone is back, and everyone can leave"),
];
