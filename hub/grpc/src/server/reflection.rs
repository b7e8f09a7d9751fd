//! Server reflection, so that a client needs no proto files.

use tonic::service::Routes;
use tonic_reflection::server::Builder;

use crate::proto::{DESCRIPTORS, OPERATOR_DESCRIPTORS};

/// Adds reflection of what portals call: v1 and, for clients that know no newer one, v1alpha.
pub fn reflection(routes: Routes) -> Routes {
    of(DESCRIPTORS, routes)
}

/// The same of what operators call.
pub fn operator_reflection(routes: Routes) -> Routes {
    of(OPERATOR_DESCRIPTORS, routes)
}

fn of(descriptors: &'static [u8], routes: Routes) -> Routes {
    let builder = || {
        Builder::configure()
            .register_encoded_file_descriptor_set(descriptors)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let readable = "the descriptors were made by this build";
    routes.add_service(builder().build_v1().expect(readable)).add_service(builder().build_v1alpha().expect(readable))
}
