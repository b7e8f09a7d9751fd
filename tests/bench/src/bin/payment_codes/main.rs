//! Payment codes of all schemes, as PNG and as SVG, beside the bare library that lays out their modules.
//!
//! One core draws one code after another: the order of a bill is written by the scheme's rules, held against them, laid
//! out and drawn, with nothing kept from the code before. The floor lays out the same bytes in the same version with the
//! same error correction, and throws the modules away. What counts is the ratio: what a picture costs beside the part of
//! it that nobody can save.
//!
//! ```sh
//! cargo run --release -p komunala-bench --bin payment_codes
//! ```

mod orders;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use clap::Parser;
use komunala_app::ports::{CodeImages, code_images::ImageFormat};
use komunala_domain::{
    PaymentCode,
    payment_code::{Correction, Scheme},
};
use komunala_rendering::QrImages;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use self::orders::Bill;

/// As in the program `komunala`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Draws payment codes of every scheme, and lays the same codes out without the hub
#[derive(Debug, Parser)]
struct Options {
    /// Rounds of each; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Milliseconds a round takes
    #[arg(long, default_value_t = 1_000)]
    milliseconds: u64,
}

#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a report of ratios for people")]
fn main() -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        println!("NOTE: built without optimisation; run it with --release");
    }
    let options = Options::parse();
    println!(
        "{:<12}{:>9}{:>10}{:>12}{:>10}{:>8}{:>10}{:>8}",
        "scheme", "bytes", "version", "bare 1/s", "PNG 1/s", "ratio", "SVG 1/s", "ratio"
    );
    for scheme in Scheme::ALL {
        let bill = Bill::of(scheme);
        let code = PaymentCode::compose(scheme, &bill.order())?;
        let version = bare(&code)?;
        let (mut floors, mut pngs, mut svgs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..options.rounds.max(1) {
            let time = Duration::from_millis(options.milliseconds);
            floors.push(rate(time, || bare(&code).map(drop))?);
            pngs.push(rate(time, || drawn(&bill, ImageFormat::Png))?);
            svgs.push(rate(time, || drawn(&bill, ImageFormat::Svg))?);
        }
        let (floor, png, svg) = (median(floors), median(pngs), median(svgs));
        println!(
            "{:<12}{:>9}{version:>10}{floor:>12.0}{png:>10.0}{:>8.2}{svg:>10.0}{:>8.2}",
            scheme.name(),
            code.content.len(),
            png / floor,
            svg / floor
        );
    }
    Ok(())
}

/// From the order of a bill to a picture.
fn drawn(bill: &Bill, format: ImageFormat) -> anyhow::Result<()> {
    let code = PaymentCode::compose(bill.scheme, &bill.order())?;
    black_box(QrImages.draw(&code, bill.scheme.title(), format)?);
    Ok(())
}

/// The library alone; answers the version that it took.
fn bare(code: &PaymentCode) -> anyhow::Result<u8> {
    let correction = match code.symbol.correction {
        Correction::Medium => QrCodeEcc::Medium,
        Correction::Quartile => QrCodeEcc::Quartile,
    };
    let interpretation = code.symbol.assignment.map(|assignment| QrSegment::make_eci(assignment.into()));
    let segments: Vec<_> = interpretation.into_iter().chain([QrSegment::make_bytes(&code.content)]).collect();
    let (least, most) = (Version::new(*code.symbol.versions.start()), Version::new(*code.symbol.versions.end()));
    let laid_out = QrCode::encode_segments_advanced(&segments, correction, least, most, None, false);
    let laid_out = laid_out.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(black_box(laid_out).version().value())
}

/// How often something is done in a second.
#[allow(clippy::float_arithmetic, reason = "a rate for people")]
fn rate(time: Duration, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let (started, mut done) = (Instant::now(), 0_u32);
    while started.elapsed() < time {
        work()?;
        done += 1;
    }
    Ok(f64::from(done) / started.elapsed().as_secs_f64())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
