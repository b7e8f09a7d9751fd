//! komunala-simulators
