//! The whole server on its own port, with real WebSocket, HTTP and WebRTC clients.

#![allow(clippy::unwrap_used)]

mod addresses;
mod admin;
mod bad_input;
mod camera;
mod client;
mod containment;
mod faults;
mod front;
mod guests;
mod happy_path;
mod media;
mod media_http;
mod messages;
mod nodes;
mod peer;
mod restart;
mod scene;
mod token;
