package dev.reclaim.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives constructors and methods of the test class a parameter of {@link TestServers}, and a fresh
 * one of {@link TestDatabase} and {@link TestBucket}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(ReclaimServers.class)
public @interface RequiresServers {}
