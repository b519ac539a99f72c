package dev.reclaim.policy;

import java.time.ZoneId;

/**
 * When a policy runs.
 *
 * @param cron five fields: minute, hour, day of month, month, day of week
 */
public record Schedule(String cron, ZoneId zone) {}
