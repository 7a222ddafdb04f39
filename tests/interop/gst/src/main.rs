//! Runs one GStreamer pipeline, in which the WHIP and WHEP elements of gst-plugins-rs may stand.
//!
//! Its arguments are the pipeline. The pads of an element called `source` come and go: they are led
//! to the elements called `video` and `audio`, the newest pad to each. The program ends with the
//! pipeline, and with an error if that ends with one.

use std::error::Error;

use gst::prelude::*;
use gst::{EventView, MessageView, PadProbeReturn, PadProbeType};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    gst::init()?;
    gstrswebrtc::plugin_register_static()?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let pipeline = gst::parse::launch(&words.join(" "))?
        .downcast::<gst::Pipeline>()
        .map_err(|_| "one element is no pipeline")?;
    if let Some(source) = pipeline.by_name("source") {
        lead_pads(&pipeline, &source);
    }
    pipeline.set_state(gst::State::Playing)?;
    let outcome = run(&pipeline);
    pipeline.set_state(gst::State::Null)?;
    outcome
}

fn lead_pads(pipeline: &gst::Pipeline, source: &gst::Element) {
    for kind in ["video", "audio"] {
        if let Some(target) = pipeline.by_name(kind).and_then(|element| element.static_pad("sink"))
        {
            // A session that ends is not the end of the pipeline: the next one takes its place.
            target.add_probe(PadProbeType::EVENT_DOWNSTREAM, |_pad, info| {
                match info.event().map(|event| event.view()) {
                    Some(EventView::Eos(_)) => PadProbeReturn::Drop,
                    _ => PadProbeReturn::Ok,
                }
            });
        }
    }
    let pipeline = pipeline.downgrade();
    source.connect_pad_added(move |_source, pad| {
        let kind = if pad.name().starts_with("video") { "video" } else { "audio" };
        let element = pipeline.upgrade().and_then(|pipeline| pipeline.by_name(kind));
        let Some(target) = element.and_then(|element| element.static_pad("sink")) else {
            return;
        };
        if let Some(before) = target.peer() {
            // What does not come undone shows as the error of the link below.
            let _ = before.unlink(&target);
        }
        if let Err(error) = pad.link(&target) {
            eprintln!("{}: {error}", pad.name());
        }
    });
}

/// Returns when the pipeline has ended.
fn run(pipeline: &gst::Pipeline) -> Outcome<()> {
    let bus = pipeline.bus().ok_or("a pipeline without a bus")?;
    for message in bus.iter_timed(gst::ClockTime::NONE) {
        match message.view() {
            MessageView::Eos(_) => break,
            MessageView::Error(error) => {
                let details = error.debug().unwrap_or_default();
                return Err(format!("{} ({details})", error.error()).into());
            }
            _ => {}
        }
    }
    Ok(())
}
