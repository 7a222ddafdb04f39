//! Counts the tests that passed, failed or were skipped, from the test runners' output.

use std::fmt;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    /// A check that counts as one test.
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(crate) const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
    pub(crate) const ONE_SKIPPED: Self = Self { passed: 0, failed: 0, skipped: 1 };

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Sums the closing lines of `cargo test` and wasm-bindgen's runner, one per test binary:
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn of_cargo(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((_, counts)) = line.split_once("test result: ") else {
                continue;
            };
            let words: Vec<&str> = counts.split([' ', ';', '.']).collect();
            sum.passed += before(&words, "passed");
            sum.failed += before(&words, "failed");
            sum.skipped += before(&words, "ignored");
        }
        sum
    }

    /// Reads the summary of `node --test`: `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0` (`#` for `ℹ`
    /// in its TAP form). A cancelled test did not pass.
    pub(crate) fn of_node(output: &str) -> Self {
        let mut last = Self::default();
        let mut cancelled = 0;
        for line in output.lines() {
            let mut words = line.split_whitespace();
            let (Some("ℹ" | "#"), Some(what), Some(count), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                continue;
            };
            let Ok(count) = count.parse::<u32>() else {
                continue;
            };
            match what {
                "pass" => last.passed = count,
                "fail" => last.failed = count,
                "skipped" => last.skipped = count,
                "cancelled" => cancelled = count,
                _ => {}
            }
        }
        last.failed += cancelled;
        last
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(f, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

/// The number before `word`, or 0.
fn before(words: &[&str], word: &str) -> u32 {
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_of_all_binaries_are_summed() {
        let output = "running 2 tests\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out\n";
        assert_eq!(Tally::of_cargo(output), Tally { passed: 15, failed: 2, skipped: 1 });
    }

    #[test]
    fn node_summary_is_read_in_both_forms() {
        let spec = "✔ pass 99 things\nℹ tests 6\nℹ pass 4\nℹ fail 1\nℹ cancelled 1\nℹ skipped 3\n";
        assert_eq!(Tally::of_node(spec), Tally { passed: 4, failed: 2, skipped: 3 });
        assert_eq!(
            Tally::of_node("# pass 2\n# fail 0\n"),
            Tally { passed: 2, failed: 0, skipped: 0 }
        );
    }

    #[test]
    fn skipped_tests_are_named_only_where_there_are_some() {
        let mut tally = Tally::ONE_PASSED;
        assert_eq!(tally.to_string(), "1 passed, 0 failed");
        tally.add(Tally::ONE_SKIPPED);
        assert_eq!(tally.to_string(), "1 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn output_without_a_summary_counts_nothing() {
        assert_eq!(Tally::of_cargo("error: could not compile"), Tally::default());
        assert_eq!(Tally::of_node("SyntaxError"), Tally::default());
    }
}
