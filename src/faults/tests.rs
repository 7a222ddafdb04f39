use super::*;
use crate::machine::{Brain, Call, CallId, Event, Millis, Output, Reply, RoomReason};
use holdfast_protocol::{ClientMessage, Login};

const LINK: SocketId = SocketId(1);
const PEER: PeerId = PeerId(2);

fn open(id: u32) -> Effect {
    Effect::OpenSocket(SocketId(id), Box::default())
}

fn send(id: u32) -> Effect {
    Effect::SendMessage(SocketId(id), ClientMessage::Logout)
}

fn close(id: u32) -> Effect {
    Effect::CloseSocket(SocketId(id))
}

fn post() -> Effect {
    let (url, authorization, offer) = <(String, String, String)>::default();
    Effect::Post { peer: PEER, url, authorization, offer }
}

fn patch() -> Effect {
    let (url, authorization, fragment) = <(String, String, String)>::default();
    Effect::Patch { peer: PEER, restart: 3, url, authorization, fragment }
}

fn delete() -> Effect {
    Effect::Delete { url: "/whep/s".into(), authorization: String::new() }
}

fn peer(input: PeerInput) -> Input {
    Input::Peer(PEER, input)
}

/// A gate with these faults.
fn gate(faults: &[Fault]) -> Gate {
    let mut gate = Gate::default();
    for fault in faults {
        gate.begin(*fault).unwrap();
    }
    gate
}

#[test]
fn bey_08_each_fault_has_a_name_and_ends_by_itself() {
    for (index, (fault, name)) in Fault::TABLE.into_iter().enumerate() {
        assert_eq!(fault as usize, index, "{name}");
        assert_eq!((Fault::named(name), fault.name()), (Some(fault), name));
        assert!(fault.usual_ms() <= DURATION_MS_MAX);
    }
    assert_eq!(Fault::named("rain"), None);
}

#[test]
fn bey_08_effects_meet_the_fault_that_the_real_one_would_put_in_their_way() {
    let unanswered = || Verdict::Report(peer(PeerInput::Answered(None)));
    let unpatched = || Verdict::Report(peer(PeerInput::Patched { restart: 3, reply: None }));
    let refused = Verdict::Report(Input::Socket(LINK, SocketInput::Closed));
    let offer = || Effect::MakeOffer { peer: PEER, restart: 0 };
    for (fault, effect, expected) in [
        (Fault::LinkDrop, open(1), Verdict::CarryOut(open(1))),
        (Fault::LinkBlackhole, open(1), Verdict::Nothing),
        (Fault::LinkBlackhole, Effect::ProbeServer(LINK), Verdict::Nothing),
        (Fault::LinkBlackhole, post(), Verdict::CarryOut(post())),
        (Fault::LinkRefused, open(1), refused),
        (Fault::LinkRefused, send(1), Verdict::CarryOut(send(1))),
        (Fault::MediaLoss, post(), Verdict::CarryOut(post())),
        (Fault::MediaLoss, send(1), Verdict::CarryOut(send(1))),
        (Fault::NodeDown, offer(), Verdict::CarryOut(offer())),
        (Fault::NodeDown, post(), unanswered()),
        (Fault::NodeDown, patch(), unpatched()),
        (Fault::NodeDown, delete(), Verdict::Nothing),
        (Fault::NodeDown, open(1), Verdict::CarryOut(open(1))),
        (Fault::NodeDown, Effect::ClosePeer(PEER), Verdict::CarryOut(Effect::ClosePeer(PEER))),
        (Fault::Offline, send(1), Verdict::Nothing),
        (Fault::Offline, post(), unanswered()),
        (Fault::Offline, patch(), unpatched()),
        (Fault::Sleep, Effect::ClosePeer(PEER), Verdict::Nothing),
    ] {
        assert_eq!(gate(&[fault]).effect(effect.clone()), expected, "{fault:?} {effect:?}");
    }
}

#[test]
fn bey_08_inputs_meet_the_fault_that_the_real_one_would_put_in_their_way() {
    let closed = || Input::Socket(LINK, SocketInput::Closed);
    let online = || Input::Network(NetworkInput::Online);
    let offline = || Input::Network(NetworkInput::Offline);
    let logout = || Input::Call(Call::Logout { room: None });
    for (fault, input, passes) in [
        (Fault::LinkDrop, closed(), true),
        (Fault::LinkBlackhole, closed(), false),
        (Fault::LinkBlackhole, peer(PeerInput::Connected), true),
        (Fault::LinkRefused, closed(), true),
        (Fault::MediaLoss, peer(PeerInput::Connected), false),
        (Fault::MediaLoss, peer(PeerInput::Disconnected), true),
        (Fault::MediaLoss, closed(), true),
        (Fault::NodeDown, peer(PeerInput::Connected), false),
        (Fault::NodeDown, peer(PeerInput::Received(5)), false),
        (Fault::NodeDown, peer(PeerInput::Failed), true),
        (Fault::NodeDown, peer(PeerInput::Answered(None)), true),
        (Fault::NodeDown, Input::Timeout, true),
        (Fault::Offline, closed(), false),
        (Fault::Offline, online(), false),
        (Fault::Offline, offline(), true),
        (Fault::Offline, Input::Timeout, true),
        (Fault::Sleep, Input::Timeout, false),
        (Fault::Sleep, online(), false),
        (Fault::Sleep, peer(PeerInput::Failed), false),
        (Fault::Sleep, logout(), true),
    ] {
        let expected = passes.then(|| input.clone());
        assert_eq!(gate(&[fault]).input(input.clone()), expected, "{fault:?} {input:?}");
    }
}

#[test]
fn bey_08_a_reply_on_its_way_is_lost_with_the_network_and_with_the_node() {
    let answered = |reply| peer(PeerInput::Answered(reply));
    let patched = |reply| peer(PeerInput::Patched { restart: 3, reply });
    let reply = || Some(Reply { status: 201, ..Reply::default() });
    for fault in [Fault::NodeDown, Fault::Offline] {
        assert_eq!(gate(&[fault]).input(answered(reply())), Some(answered(None)));
        assert_eq!(gate(&[fault]).input(patched(reply())), Some(patched(None)));
    }
    assert_eq!(gate(&[Fault::MediaLoss]).input(answered(reply())), Some(answered(reply())));
}

#[test]
fn bey_08_a_blackhole_delays_what_a_link_carries_as_tcp_does() {
    let mut gate = gate(&[Fault::LinkBlackhole]);
    let arrived = Input::Socket(LINK, SocketInput::Unknown);
    for effect in [send(1), close(1), open(2), send(2), open(3)] {
        assert_eq!(gate.effect(effect), Verdict::Nothing);
    }
    assert_eq!(gate.input(arrived.clone()), None);
    // The second link was given up before it was there.
    assert_eq!(gate.effect(close(2)), Verdict::Nothing);
    let released = gate.end(Fault::LinkBlackhole);
    assert_eq!(released.effects, [send(1), close(1), open(3)]);
    assert_eq!(released.inputs, [arrived]);
    assert!(!released.is_overrun);
    assert_eq!(gate.effect(send(3)), Verdict::CarryOut(send(3)), "it is over");
}

#[test]
fn bey_08_a_link_that_misses_too_much_is_dropped() {
    let mut gate = gate(&[Fault::LinkBlackhole]);
    for _ in 0..=MESSAGES_MAX {
        gate.effect(send(1));
    }
    assert_eq!(gate.input(Input::Socket(LINK, SocketInput::Unknown)), None);
    gate.effect(close(1));
    let released = gate.end(Fault::LinkBlackhole);
    assert_eq!(released.effects.len(), MESSAGES_MAX + 1);
    assert_eq!(released.effects.last(), Some(&close(1)), "links are closed all the same");
    assert!(released.inputs.is_empty() && released.is_overrun);
}

#[test]
fn bey_08_what_a_session_waits_for_is_never_too_much() {
    let mut gate = gate(&[Fault::Sleep]);
    for _ in 0..=MESSAGES_MAX {
        gate.input(Input::Socket(LINK, SocketInput::Unknown));
    }
    let answered = Input::Peer(PeerId(9), PeerInput::Answered(None));
    assert_eq!(gate.input(answered.clone()), None);
    let released = gate.end(Fault::Sleep);
    assert!(released.is_overrun);
    assert_eq!(released.inputs.last(), Some(&answered));
}

#[test]
fn bey_08_lost_media_stands_still_until_the_path_is_back() {
    let mut gate = gate(&[Fault::MediaLoss]);
    let sample = |gate: &mut Gate, heard, received| {
        (gate.input(peer(PeerInput::Heard(heard))), gate.input(peer(PeerInput::Received(received))))
    };
    let still = (Some(peer(PeerInput::Heard(10))), Some(peer(PeerInput::Received(5))));
    assert_eq!(sample(&mut gate, 10, 5), still);
    assert_eq!(sample(&mut gate, 20, 15), still);
    let other = Input::Peer(PeerId(9), PeerInput::Received(7));
    assert_eq!(gate.input(other.clone()), Some(other), "each session has its own");
    gate.end(Fault::MediaLoss);
    let now = (Some(peer(PeerInput::Heard(30))), Some(peer(PeerInput::Received(25))));
    assert_eq!(sample(&mut gate, 30, 25), now);
    gate.begin(Fault::Offline).unwrap();
    assert_eq!(sample(&mut gate, 30, 25), now, "the next fault finds what is there then");
}

#[test]
fn bey_08_of_several_faults_the_strongest_counts_and_each_ends_alone() {
    let mut gate = gate(&[Fault::LinkRefused, Fault::LinkBlackhole, Fault::Offline]);
    assert_eq!(gate.effect(open(1)), Verdict::Nothing, "nobody answers with a refusal");
    assert_eq!(gate.end(Fault::LinkBlackhole).effects, [open(1)]);
    assert_eq!(gate.effect(open(1)), Verdict::Nothing, "still no network");
    gate.end(Fault::Offline);
    assert!(matches!(gate.effect(open(1)), Verdict::Report(_)));
    gate.end(Fault::LinkRefused);
    assert_eq!(gate.effect(open(1)), Verdict::CarryOut(open(1)));
}

#[test]
fn bey_08_the_number_of_faults_is_limited() {
    let mut gate = gate(&[Fault::Sleep; FAULTS_MAX]);
    assert_eq!(gate.begin(Fault::Sleep).unwrap_err().code, Code::BAD_PARAMETER);
    gate.end(Fault::Sleep);
    assert!(gate.begin(Fault::Offline).is_ok() && gate.has(Fault::Sleep));
}

/// The machines behind a gate: what they say when a refused link comes back.
#[test]
fn bey_08_machines_behind_the_gate_try_until_the_fault_is_over() {
    let (mut gate, mut brain) = (gate(&[Fault::LinkRefused]), Brain::new(1));
    let login: Box<Login> =
        serde_json::from_str(r#"{"app":1,"room":"r","user":{"id":"ada"},"token":"t"}"#).unwrap();
    brain.handle(Millis(0), Input::Call(Call::Login { call: CallId(1), login })).unwrap();
    let (mut now, mut refusals) = (Millis(0), 0);
    let opened = loop {
        let mut answers = Vec::new();
        let mut opened = None;
        for output in brain.take_outputs() {
            match output {
                Output::Effect(effect @ Effect::OpenSocket(..)) => match gate.effect(effect) {
                    Verdict::Report(input) => answers.push(input),
                    Verdict::CarryOut(effect) => opened = Some(effect),
                    Verdict::Nothing => {}
                },
                Output::Event(Event::RoomState { reason, .. }) => {
                    assert_eq!(reason, RoomReason::Logining);
                }
                _ => {}
            }
        }
        if opened.is_some() {
            break opened;
        }
        if answers.is_empty() {
            now = brain.next_deadline().unwrap();
            answers.push(Input::Timeout);
        } else {
            refusals += 1;
        }
        if refusals == 3 {
            gate.end(Fault::LinkRefused);
        }
        for input in answers {
            let _ = brain.handle(now, input);
        }
    };
    assert!(matches!(opened, Some(Effect::OpenSocket(..))) && refusals >= 3, "{refusals}");
}
