//! Documents and photos that customers hand in.

mod download;
mod upload;
mod uploads;

pub use upload::Upload;
pub use uploads::UploadTurn;

pub(crate) use uploads::Uploads;
