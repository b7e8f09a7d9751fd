//! Generates message types, clients, servers and validators from `proto/`, without protoc.

#![allow(clippy::print_stdout, reason = "it is how a build script talks to cargo")]

mod validators;

use std::{env, error::Error, fs, path::PathBuf};

/// What portals call.
const PORTALS: [&str; 7] = [
    "komunala/v1/account_service.proto",
    "komunala/v1/attachment_service.proto",
    "komunala/v1/invoice_service.proto",
    "komunala/v1/notification_service.proto",
    "komunala/v1/provider_service.proto",
    "komunala/v1/reading_service.proto",
    "komunala/v1/support_service.proto",
];

/// What operators call.
const OPERATORS: [&str; 8] = [
    "komunala/operator/v1/adapter_service.proto",
    "komunala/operator/v1/audit_service.proto",
    "komunala/operator/v1/bill_run_service.proto",
    "komunala/operator/v1/message_service.proto",
    "komunala/operator/v1/outage_service.proto",
    "komunala/operator/v1/provider_admin_service.proto",
    "komunala/operator/v1/request_desk_service.proto",
    "komunala/operator/v1/tenant_service.proto",
];

const DETAILS: [&str; 3] = [
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

    let mut validators = String::new();
    for (package, module, files) in [
        ("komunala.v1", "super::komunala::v1", &PORTALS[..]),
        ("komunala.operator.v1", "super::komunala::operator::v1", &OPERATORS[..]),
    ] {
        let mut bare = protox::Compiler::new([&proto, &vendor])?;
        bare.include_imports(true).open_files(files)?.open_files(DETAILS)?;
        // What reflection serves, each listener its own: no comments, they would be most of it.
        fs::write(out.join(format!("{package}.bin")), bare.encode_file_descriptor_set())?;
        validators += &validators::generate(&bare.descriptor_pool(), package, module)?;
    }
    fs::write(out.join("validators.rs"), validators)?;

    let mut commented = protox::Compiler::new([&proto, &vendor])?;
    commented.include_source_info(true).include_imports(true);
    commented.open_files(PORTALS)?.open_files(OPERATORS)?.open_files(DETAILS)?;
    let mut files = commented.file_descriptor_set();
    for file in files.file.iter_mut().filter(|file| !file.package().starts_with("komunala.")) {
        // comments of other authors hold indented lists, which rustdoc takes for code
        file.source_code_info = None;
    }
    tonic_prost_build::configure()
        .build_transport(false)
        // a slice of the document, not a copy of it
        .bytes(".komunala.v1.DownloadInvoiceResponse.chunk")
        .bytes(".komunala.v1.ExportProfileResponse.chunk")
        .bytes(".komunala.v1.UploadAttachmentRequest.chunk")
        .bytes(".komunala.v1.DownloadAttachmentResponse.chunk")
        .bytes(".komunala.operator.v1.DownloadDeskAttachmentResponse.chunk")
        .bytes(".komunala.v1.PaymentCode.image")
        .bytes(".komunala.v1.ExportConsumptionResponse.chunk")
        .bytes(".komunala.operator.v1.InstallAdapterRequest.chunk")
        // The error details exist in tonic-types already; annotations are read at build time only.
        .extern_path(".google.rpc", "::tonic_types::pb")
        .extern_path(".google.api", "()")
        .extern_path(".buf.validate", "()")
        .compile_fds(files)?;
    Ok(())
}
