//! komunala-grpc
