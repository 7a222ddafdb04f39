//! A world run in pieces: one event, one moment, or to its end.

use crate::run::{Options, SeedRun};
use crate::scene::Scene;
use crate::trace::Trace;
use crate::world::{Driver, Setup, Told, World};
use holdfast_protocol::sabotage::{self, Mutant};

/// A running scene, or the running world of a seed. The number of pieces makes no difference.
///
/// Its deliberate bug is switched on for the whole thread, so use one course at a time.
pub struct Course {
    world: World,
    plot: Plot,
    is_over: bool,
}

enum Plot {
    Seed(Box<SeedRun>),
    Scene(&'static Scene),
}

impl Course {
    /// The random world of a seed.
    pub fn of_seed(options: Options, trace: Option<Trace>) -> Course {
        let (world, run) = SeedRun::begin(options, trace);
        Course { world, plot: Plot::Seed(Box::new(run)), is_over: false }
    }

    /// A scene, with a deliberate bug or none.
    pub fn of_scene(scene: &'static Scene, mutant: Option<Mutant>, trace: Trace) -> Course {
        sabotage::set_mutant(mutant);
        let mut world = World::new(Setup::new(1));
        world.set_trace(trace);
        scene.begin(&mut world);
        Course { world, plot: Plot::Scene(scene), is_over: false }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Whether it reached its end, or the first broken rule.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The current phase: "faults", "healing", "last word" or "leaving" of a seed, else "scene".
    pub fn phase(&self) -> &'static str {
        match &self.plot {
            Plot::Seed(run) => run.phase_name(),
            Plot::Scene(_) => "scene",
        }
    }

    /// Keeps the events of apps until they are taken.
    pub fn keep_told(&mut self) {
        self.world.told = Some(Vec::new());
    }

    /// The events of apps since the last call.
    pub fn take_told(&mut self) -> Vec<Told> {
        self.world.told.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Lets time pass up to and including this moment, at most to the end.
    pub fn advance(&mut self, until_ms: u64) {
        while !self.is_over {
            let ends_at = self.ends_at();
            let (world, driver) = self.parts();
            world.run_until(until_ms.min(ends_at), driver);
            if self.world.violation().is_none() && until_ms < ends_at {
                return;
            }
            self.end_phase();
        }
    }

    /// Runs until the next traced event (heartbeats are not traced), or to the end.
    pub fn step(&mut self) {
        let before = self.world.trace_hash();
        while !self.is_over && self.world.trace_hash() == before {
            self.happen();
        }
    }

    /// Runs until this many events have happened, or to the end.
    pub fn step_to(&mut self, step: u64) {
        while !self.is_over && self.world.step() < step {
            self.happen();
        }
    }

    fn happen(&mut self) {
        let ends_at = self.ends_at();
        let (world, driver) = self.parts();
        if !world.step_until(ends_at, driver) {
            world.run_until(ends_at, driver);
            self.end_phase();
        } else if self.world.violation().is_some() {
            self.is_over = true;
        }
    }

    fn parts(&mut self) -> (&mut World, &mut dyn Driver) {
        let driver: &mut dyn Driver = match &mut self.plot {
            Plot::Seed(run) => &mut run.chaos,
            Plot::Scene(scene) => scene,
        };
        (&mut self.world, driver)
    }

    /// When the phase ends.
    fn ends_at(&self) -> u64 {
        match &self.plot {
            Plot::Seed(run) => run.ends_at,
            Plot::Scene(scene) => scene.ends_ms,
        }
    }

    fn end_phase(&mut self) {
        let goes_on = self.world.violation().is_none()
            && match &mut self.plot {
                Plot::Seed(run) => run.next_phase(&mut self.world),
                Plot::Scene(_) => false,
            };
        self.is_over = !goes_on || self.world.violation().is_some();
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        sabotage::set_mutant(None);
        sabotage::set_whims(0, 0);
    }
}
