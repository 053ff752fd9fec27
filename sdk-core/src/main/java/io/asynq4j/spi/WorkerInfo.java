package io.asynq4j.spi;

import java.time.Instant;

/** A running attempt as others see it. */
public record WorkerInfo(Lease lease, Instant startedAt, Instant deadline) {}
