//! Asks an emulator about the devices that it has, through QEMU's machine protocol.
//!
//! Source: QEMU, docs/interop/qmp-spec.rst.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// Where QEMU keeps the devices that a board consists of.
const BOARD_DEVICES: &str = "/machine/unattached";

/// A connection to a running emulator.
pub(crate) struct Qmp {
    answers: BufReader<UnixStream>,
}

impl Qmp {
    /// Connects: nothing is answered before both sides have said what they can.
    pub(crate) fn new(socket: UnixStream) -> anyhow::Result<Self> {
        let mut qmp = Self {
            answers: BufReader::new(socket),
        };
        qmp.ask("qmp_capabilities", &json!({}))?;
        Ok(qmp)
    }

    /// Path of the board's first device of a type.
    pub(crate) fn device(&mut self, kind: &str) -> anyhow::Result<String> {
        let devices = self.ask("qom-list", &json!({ "path": BOARD_DEVICES }))?;
        let wanted = format!("child<{kind}>");
        let device = devices
            .as_array()
            .into_iter()
            .flatten()
            .find(|device| device["type"] == *wanted)
            .and_then(|device| device["name"].as_str());
        let name = device.with_context(|| format!("the board has no {kind}"))?;
        Ok(format!("{BOARD_DEVICES}/{name}"))
    }

    /// Sends a command; returns its result.
    fn ask(&mut self, command: &str, arguments: &Value) -> anyhow::Result<Value> {
        let message = json!({ "execute": command, "arguments": arguments });
        self.answers
            .get_mut()
            .write_all(message.to_string().as_bytes())
            .context("the emulator does not take commands any more")?;
        loop {
            let mut line = String::new();
            let length = self.answers.read_line(&mut line);
            if length.context("the emulator does not answer")? == 0 {
                bail!("the emulator has ended");
            }
            let mut answer: Value = serde_json::from_str(&line)
                .with_context(|| format!("the emulator answers {line:?}"))?;
            if let Some(error) = answer.get("error") {
                bail!("the emulator refuses {command}: {error}");
            }
            // Greetings and events have no result.
            if let Some(result) = answer.get_mut("return") {
                return Ok(result.take());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::Qmp;

    const GREETING: &str = "{\"QMP\": {}}\n{\"return\": {}}\n{\"event\": \"RESUME\"}\n";

    fn answered(answer: &str) -> (Qmp, UnixStream) {
        let (near, mut far) = UnixStream::pair().unwrap();
        writeln!(far, "{GREETING}{answer}").unwrap();
        (Qmp::new(near).unwrap(), far)
    }

    #[test]
    fn a_device_is_found_by_its_type() {
        let (mut qmp, _far) = answered(
            r#"{"return": [{"name": "device[3]", "type": "child<pl011>"},
                {"name": "device[6]", "type": "child<pl061>"}]}"#
                .replace('\n', "")
                .as_str(),
        );
        assert_eq!(
            qmp.device("pl061").unwrap(),
            "/machine/unattached/device[6]"
        );
    }

    #[test]
    fn a_device_that_the_board_has_not_is_an_error() {
        let (mut qmp, _far) = answered(r#"{"return": []}"#);
        let error = qmp.device("pl061").unwrap_err();
        assert_eq!(error.to_string(), "the board has no pl061");
    }

    #[test]
    fn a_refusal_is_an_error() {
        let (mut qmp, _far) = answered(r#"{"error": {"desc": "no such path"}}"#);
        assert!(qmp.device("pl061").is_err());
    }
}
