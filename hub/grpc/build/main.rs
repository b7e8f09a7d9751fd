//! Generates message types, clients, servers and validators from `proto/`, without protoc.

#![allow(clippy::print_stdout, reason = "it is how a build script talks to cargo")]

mod validators;

use std::{env, error::Error, fs, path::PathBuf};

const FILES: [&str; 8] = [
    "komunala/v1/account_service.proto",
    "komunala/v1/invoice_service.proto",
    "komunala/v1/notification_service.proto",
    "komunala/v1/provider_service.proto",
    "komunala/v1/reading_service.proto",
    // Not imported by any of these, and yet part of the API: the details of errors. A client that knows only reflection
    // finds their shapes in the descriptors.
    "google/rpc/code.proto",
    "google/rpc/error_details.proto",
    "google/rpc/status.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let proto = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let vendor = proto.join("vendor");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={}", proto.join("komunala").display());
    println!("cargo::rerun-if-changed={}", vendor.display());
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut bare = protox::Compiler::new([&proto, &vendor])?;
    bare.include_imports(true).open_files(FILES)?;
    // What reflection serves: no comments, they would be most of it.
    fs::write(out.join("descriptors.bin"), bare.encode_file_descriptor_set())?;
    fs::write(out.join("validators.rs"), validators::generate(&bare.descriptor_pool())?)?;

    let mut commented = protox::Compiler::new([&proto, &vendor])?;
    commented.include_source_info(true).include_imports(true).open_files(FILES)?;
    let mut files = commented.file_descriptor_set();
    for file in files.file.iter_mut().filter(|file| !file.package().starts_with("komunala.")) {
        // comments of other authors hold indented lists, which rustdoc takes for code
        file.source_code_info = None;
    }
    tonic_prost_build::configure()
        .build_transport(false)
        // a slice of the document, not a copy of it
        .bytes(".komunala.v1.DownloadInvoiceResponse.chunk")
        // The error details exist in tonic-types already; annotations are read at build time only.
        .extern_path(".google.rpc", "::tonic_types::pb")
        .extern_path(".google.api", "()")
        .extern_path(".buf.validate", "()")
        .compile_fds(files)?;
    Ok(())
}
