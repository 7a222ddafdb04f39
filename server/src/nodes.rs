//! The media servers of the rooms (BEY-06): this server's own and those of the `--nodes` file.

use crate::config::StartError;
use crate::path_part::path_part;
use crate::token::Keys;
use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use holdfast_protocol::Node;
use holdfast_rooms::{Direction, MediaGrant, OWN_NODE};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use toml::{Table, Value};

const NODES_MAX: usize = 16;
const NAME_BYTES_MAX: usize = 64;
const PRIORITY: i64 = 100;
/// The placeholder for the stream's ID in an address.
const STREAM: &str = "{stream}";

/// The file's contents. Its errors never quote a value, since some are secrets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    own: Own,
    #[serde(default, rename = "node")]
    nodes: Vec<Entry>,
}

/// This server's own media server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Own {
    enabled: bool,
    priority: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    whip: String,
    whep: String,
    auth: Option<Value>,
    priority: Option<i64>,
}

/// What a node expects in the `Authorization` header.
enum Auth {
    /// Our own token for one stream and direction.
    StreamToken,
    /// The same text for everyone; empty for no header.
    Fixed(String),
}

/// One media server.
struct Address {
    name: String,
    whip: String,
    whep: String,
    auth: Auth,
    priority: i64,
}

/// The media servers, best first.
pub(crate) struct Nodes(Vec<Address>);

impl Default for Own {
    fn default() -> Own {
        Own { enabled: true, priority: 0 }
    }
}

impl Nodes {
    /// This server's own media server and no other.
    pub(crate) fn own() -> Nodes {
        Nodes(vec![own(Own::default())])
    }

    /// The nodes of a file.
    ///
    /// # Errors
    /// What is wrong with it, without any value that may be a secret.
    pub(crate) fn load(path: &Path) -> Result<Nodes, StartError> {
        let what = format!("nodes file {}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| StartError::new(&what, error))?;
        let nodes = Nodes::parse(&text).map_err(|why| StartError::new(&what, why))?;
        for node in &nodes.0 {
            tracing::info!(name = node.name, priority = node.priority, "media node");
        }
        Ok(nodes)
    }

    fn parse(text: &str) -> Result<Nodes, String> {
        let file: File = toml::from_str(text).map_err(|error| describe(text, &error))?;
        let mut nodes: Vec<Address> = file.own.enabled.then(|| own(file.own)).into_iter().collect();
        let mut names = BTreeSet::from([OWN_NODE.to_owned()]);
        for entry in file.nodes {
            let node = address(entry)?;
            if !names.insert(node.name.clone()) {
                return Err(format!("there is more than one node \"{}\"", node.name));
            }
            nodes.push(node);
        }
        if nodes.is_empty() {
            return Err("there is no node at all".to_owned());
        }
        if nodes.len() > NODES_MAX {
            return Err(format!("there are more than {NODES_MAX} nodes"));
        }
        // The sort is stable: equal priorities keep the order of the file.
        nodes.sort_by_key(|node| node.priority);
        Ok(Nodes(nodes))
    }

    /// Their names, best first.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().map(|node| node.name.clone()).collect()
    }

    /// The address and authorisation for a user's grant at the node of this name.
    pub(crate) fn node(
        &self,
        name: &str,
        user: &str,
        grant: &MediaGrant,
        keys: &Keys,
    ) -> Option<Node> {
        let address = self.0.iter().find(|node| node.name == name)?;
        let endpoint = match grant.direction {
            Direction::Publish => &address.whip,
            Direction::Play => &address.whep,
        };
        let authorization = match &address.auth {
            Auth::Fixed(value) => value.clone(),
            Auth::StreamToken => match keys.media_token(user, grant) {
                Ok(token) => format!("Bearer {token}"),
                Err(error) => {
                    tracing::error!(%error, "media token not signed");
                    return None;
                }
            },
        };
        let url = endpoint.replace(STREAM, &path_part(&grant.stream).to_string());
        Some(Node { name: name.to_owned(), url, authorization })
    }
}

fn own(own: Own) -> Address {
    Address {
        name: OWN_NODE.to_owned(),
        whip: format!("/whip/{STREAM}"),
        whep: format!("/whep/{STREAM}"),
        auth: Auth::StreamToken,
        priority: own.priority,
    }
}

fn address(entry: Entry) -> Result<Address, String> {
    let Entry { name, whip, whep, auth, priority } = entry;
    let is_visible = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    if !is_visible(&name) || name.len() > NAME_BYTES_MAX {
        return Err(format!(
            "a node's name must be 1 to {NAME_BYTES_MAX} visible ASCII characters"
        ));
    }
    for (key, url) in [("whip", &whip), ("whep", &whep)] {
        check_url(url).map_err(|why| format!("node \"{name}\", {key}: {why}"))?;
    }
    let auth = auth.map_or(Ok(Auth::StreamToken), |value| read_auth(&value));
    let auth = auth.map_err(|why| format!("node \"{name}\", auth: {why}"))?;
    Ok(Address { name, whip, whep, auth, priority: priority.unwrap_or(PRIORITY) })
}

fn check_url(url: &str) -> Result<(), &'static str> {
    if !url.contains(STREAM) {
        return Err("{stream} is missing where the stream's ID goes");
    }
    let uri: Uri = url.replace(STREAM, "s").parse().map_err(|_| "not a URL")?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("must begin with http:// or https://");
    }
    match uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        true => Err("must hold no user and password; that is what auth is for"),
        false => Ok(()),
    }
}

/// Parsed by hand: serde's errors would quote a misplaced secret.
fn read_auth(value: &Value) -> Result<Auth, &'static str> {
    let unknown = "must be \"stream-token\", \"none\", { bearer = \"…\" } or \
                   { basic = { user = \"…\", password = \"…\" } }";
    match value {
        Value::String(kind) if kind == "stream-token" => Ok(Auth::StreamToken),
        Value::String(kind) if kind == "none" => Ok(Auth::Fixed(String::new())),
        Value::Table(table) if table.len() == 1 => {
            if let Some(token) = table.get("bearer").and_then(Value::as_str) {
                let is_token = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
                let bearer = Auth::Fixed(format!("Bearer {token}"));
                return is_token.then_some(bearer).ok_or("a bearer is visible ASCII, no spaces");
            }
            let basic = table.get("basic").and_then(Value::as_table).ok_or(unknown)?;
            let (user, password) = user_and_password(basic).ok_or(unknown)?;
            if user.contains(':') {
                return Err("a user has no colon");
            }
            let value = STANDARD.encode(format!("{user}:{password}"));
            Ok(Auth::Fixed(format!("Basic {value}")))
        }
        _ => Err(unknown),
    }
}

fn user_and_password(basic: &Table) -> Option<(&str, &str)> {
    let text = |key: &str| basic.get(key).and_then(Value::as_str);
    if basic.len() != 2 {
        return None;
    }
    Some((text("user")?, text("password")?))
}

/// The parser's error and its line, without quoting that line.
fn describe(text: &str, error: &toml::de::Error) -> String {
    // Only the parser's messages about key names are safe to show.
    let message = error.message();
    let is_about_keys = ["unknown field", "missing field", "duplicate"];
    let what = match is_about_keys.iter().any(|words| message.starts_with(words)) {
        true => message,
        false => "not TOML, or a value of the wrong type",
    };
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {what}", before.matches('\n').count() + 1),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_rooms::SessionId;

    const MTX: &str = "name = \"mtx\"\nwhip = \"https://mtx:8889/{stream}/whip\"\n\
                       whep = \"https://mtx:8889/{stream}/whep\"\n";

    fn parsed(text: &str) -> Nodes {
        Nodes::parse(text).unwrap_or_else(|why| panic!("{why}"))
    }

    fn fault(text: &str) -> String {
        match Nodes::parse(text) {
            Ok(_) => panic!("accepted: {text}"),
            Err(why) => why,
        }
    }

    fn grant(direction: Direction) -> MediaGrant {
        MediaGrant { session: SessionId::from("x".to_owned()), stream: "a-1".into(), direction }
    }

    #[test]
    fn bey_06_nodes_are_sorted_by_priority_and_the_own_one_is_first_unless_told_otherwise() {
        let node = |name: &str, more: &str| {
            format!("[[node]]\n{}{more}\n", MTX.replace("\"mtx\"", &format!("\"{name}\"")))
        };
        assert_eq!(parsed("").names(), ["own"]);
        let three = node("b", "") + &node("a", "") + &node("c", "priority = 99");
        assert_eq!(parsed(&three).names(), ["own", "c", "b", "a"]);
        assert_eq!(
            parsed(&format!("[own]\npriority = 100\n{three}")).names(),
            ["c", "own", "b", "a"]
        );
        assert_eq!(parsed(&format!("[own]\nenabled = false\n{three}")).names(), ["c", "b", "a"]);
    }

    #[test]
    fn bey_06_each_node_has_its_own_address_and_authorisation() {
        let keys = Keys::new(1, vec![1; 32]);
        for (auth, starts) in [
            ("", "Bearer ey"),
            ("auth = \"stream-token\"", "Bearer ey"),
            ("auth = \"none\"", ""),
            ("auth = { bearer = \"s3cret\" }", "Bearer s3cret"),
            ("auth = { basic = { user = \"u\", password = \"p:ü\" } }", "Basic dTpwOsO8"),
        ] {
            let nodes = parsed(&format!("[[node]]\n{MTX}{auth}"));
            let node = nodes.node("mtx", "u", &grant(Direction::Play), &keys).unwrap();
            assert_eq!((&*node.name, &*node.url), ("mtx", "https://mtx:8889/a-1/whep"));
            let is_fixed = !starts.ends_with("ey");
            assert!(node.authorization.starts_with(starts), "{auth}");
            assert!(!is_fixed || node.authorization == starts, "{auth}");
            let own = nodes.node("own", "u", &grant(Direction::Publish), &keys).unwrap();
            assert_eq!(own.url, "/whip/a-1");
            assert!(own.authorization.starts_with("Bearer ey"));
        }
        assert!(Nodes::own().node("mtx", "u", &grant(Direction::Play), &keys).is_none());
    }

    #[test]
    fn a_streams_id_is_encoded_in_the_path_and_in_the_query() {
        let keys = Keys::new(1, vec![1; 32]);
        let query = MTX.replace("{stream}/whep", "whep?{stream}");
        let nodes = parsed(&format!("[[node]]\n{query}"));
        let url = |direction| {
            let grant = MediaGrant { stream: "a+b@c#".into(), ..grant(direction) };
            nodes.node("mtx", "u", &grant, &keys).unwrap().url
        };
        assert_eq!(url(Direction::Publish), "https://mtx:8889/a%2Bb%40c%23/whip");
        assert_eq!(url(Direction::Play), "https://mtx:8889/whep?a%2Bb%40c%23");
    }

    #[test]
    fn a_bad_file_is_told_what_is_wrong_where() {
        let with = |more: &str| format!("[[node]]\n{MTX}{more}");
        let without = |key: &str| {
            let lines = MTX.lines().filter(|line| !line.starts_with(key));
            format!("[[node]]\n{}", lines.collect::<Vec<_>>().join("\n"))
        };
        let swapped = |from: &str, to: &str| with("").replace(from, to);
        for (text, wanted) in [
            (with("colour = 1"), "line 5: unknown field `colour`"),
            ("[other]".to_owned(), "line 1: unknown field `other`"),
            (without("whep"), "missing field `whep`"),
            (with(&with("")), "more than one node \"mtx\""),
            (swapped("\"mtx\"", "\"own\""), "more than one node \"own\""),
            (swapped("\"mtx\"", "\"\""), "visible ASCII"),
            (swapped("{stream}/whip", "x/whip"), "node \"mtx\", whip: {stream} is missing"),
            (swapped("https://mtx:8889/{stream}/whep", "ftp://x/{stream}"), "whep: must begin"),
            (swapped("https://mtx:8889/{stream}/whep", "/{stream}"), "whep: must begin"),
            (swapped("https://mtx", "https://mtx 1"), "not a URL"),
            ("[own]\nenabled = false".to_owned(), "no node at all"),
            ("[own]\nenabled = 1".to_owned(), "line 2: "),
            (with("priority = \"high\""), "line 5: "),
            ("[own".to_owned(), "line 1: "),
        ] {
            let why = fault(&text);
            assert!(why.contains(wanted), "{why} for {text}");
        }
        let many: Vec<String> = (0..16).map(|n| swapped("\"mtx\"", &format!("\"n{n}\""))).collect();
        assert!(fault(&many.join("\n")).contains("more than 16"));
    }

    #[test]
    fn no_error_shows_a_secret() {
        for line in [
            "auth = \"hunter2\"",
            "auth = { bearer = \"hunter2 \" }",
            "auth = { bearer = [\"hunter2\"] }",
            "auth = { bearer = \"hunter2\", basic = 1 }",
            "auth = { basic = { user = \"hunter2:\", password = \"\" } }",
            "auth = { basic = { user = \"u\", pass = \"hunter2\" } }",
            "auth = { token = \"hunter2\" }",
            "auth = { bearer = \"hunter2 }",
            "auth = { bearer = hunter2 }",
            "priority = \"hunter2\"",
            "hunter = \"hunter2",
        ] {
            let why = fault(&format!("[[node]]\n{MTX}{line}"));
            assert!(!why.contains("hunter2"), "{why}");
        }
        let url = MTX.replace("https://mtx", "https://user:hunter2@mtx");
        assert!(!fault(&format!("[[node]]\n{url}")).contains("hunter2"));
    }
}
