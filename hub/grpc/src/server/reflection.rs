//! Server reflection, so that a client needs no proto files.

use tonic::service::Routes;
use tonic_reflection::server::Builder;

use crate::proto::DESCRIPTORS;

/// Adds reflection v1 and, for clients that know no newer one, v1alpha.
pub fn reflection(routes: Routes) -> Routes {
    let builder = || {
        Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let readable = "the descriptors were made by this build";
    routes.add_service(builder().build_v1().expect(readable)).add_service(builder().build_v1alpha().expect(readable))
}
