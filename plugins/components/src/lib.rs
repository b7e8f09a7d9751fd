//! komunala-components
