package dev.reclaim.planner;

import dev.reclaim.events.EventIdentity;

/** An event that the brokers have, and where. */
record Sent(EventIdentity event, String topic, int partition, long offset) {}
