//! Holdfast browser SDK.
