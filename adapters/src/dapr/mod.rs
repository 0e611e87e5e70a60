//! Dapr: actor calls, actor callbacks by two transports, fenced actor state.
