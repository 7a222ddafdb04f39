//! Logs thousands of users in to one server, leaves them idle, lets some speak, and prints what
//! that cost the server in memory and CPU time. The server has the machine's first core for itself,
//! this program the second. On a busy machine wall time means nothing, while CPU time is nearly
//! accurate.
#![allow(clippy::print_stdout, reason = "figures are what this program is for")]

mod centrifugo;
mod crowd;
mod holdfast;
mod product;
mod server;

use clap::Parser;
use crowd::Crowd;
use product::Product;
use server::{Server, Usage};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::sleep;

/// Time after the last login in which the server frees what only logins needed.
const SETTLING: Duration = Duration::from_secs(5);

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// What a link, a login and a message cost a server.
#[derive(Parser)]
struct Options {
    /// Users that log in
    #[arg(long, default_value_t = 9_500)]
    users: usize,
    /// Rooms they are spread over; in each one user speaks
    #[arg(long, default_value_t = 950)]
    rooms: usize,
    /// Seconds they are idle, and then speak
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Messages a second of a room
    #[arg(long, default_value_t = 2.0)]
    rate: f64,
    /// `holdfast-server` to measure
    #[arg(long, value_name = "PROGRAM")]
    holdfast: Option<PathBuf>,
    /// `centrifugo` to measure
    #[arg(long, value_name = "PROGRAM")]
    centrifugo: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            println!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Fault> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    server::pin_this_process();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "{} users in {} rooms, {} s idle, then {} messages a second of each room; load average {}",
        options.users,
        options.rooms,
        options.seconds,
        options.rate,
        load.split(' ').next().unwrap_or("unknown"),
    );
    println!();
    println!(
        "| server | KB a link | CPU of idle links, % of a core | CPU ms a login | messages delivered a second | CPU µs a delivered message |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    if let Some(program) = &options.holdfast {
        measure(options, Product::holdfast(program.clone())?).await?;
    }
    if let Some(program) = &options.centrifugo {
        measure(options, Product::centrifugo(program.clone())).await?;
    }
    Ok(())
}

async fn measure(options: &Options, product: Product) -> Result<(), Fault> {
    let server = Server::start(&product).await?;
    let empty = server.usage()?;
    let mut crowd = Crowd::new(&product, server.port());
    crowd.log_in(options.users, options.rooms).await?;
    sleep(SETTLING).await;
    let full = server.usage()?;
    let pause = Duration::from_secs(options.seconds);
    sleep(pause).await;
    let idle = server.usage()?;
    let delivered = crowd.speak(options.rate, pause).await;
    let spoken = server.usage()?;
    crowd.check()?;
    let users = options.users as f64;
    let kilobytes = (full.resident_bytes.saturating_sub(empty.resident_bytes)) as f64 / 1_024.0;
    let idle_share = cpu_seconds(full, idle) / pause.as_secs_f64();
    // The links keep costing their idle share meanwhile.
    let speaking_seconds = cpu_seconds(idle, spoken) - cpu_seconds(full, idle);
    println!(
        "| {} | {:.1} | {:.1} | {:.2} | {:.0} | {:.1} |",
        server.version(),
        kilobytes / users,
        100.0 * idle_share,
        1e3 * cpu_seconds(empty, full) / users - 1e3 * idle_share * SETTLING.as_secs_f64() / users,
        delivered as f64 / pause.as_secs_f64(),
        1e6 * speaking_seconds / delivered as f64,
    );
    Ok(())
}

fn cpu_seconds(from: Usage, to: Usage) -> f64 {
    (to.cpu - from.cpu).as_secs_f64()
}
