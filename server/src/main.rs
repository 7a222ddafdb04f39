//! `holdfast-server`: reads its arguments, serves, and ends cleanly on SIGINT and SIGTERM.

use clap::Parser;
use holdfast_server::Server;
use holdfast_server::config::Config;
use holdfast_server::log::Log;
use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let config = Config::parse();
    let log = Log::start();
    tokio::spawn(log.tell_of_dropped());
    match serve(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> Result<(), Box<dyn Error>> {
    let stop = stop_signal()?;
    let server = Server::start(config).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "ready: http://localhost:{}", server.addr().port())?;
    stdout.flush()?;
    server.run(stop).await?;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "no signal to stop on");
        }
    })
}
