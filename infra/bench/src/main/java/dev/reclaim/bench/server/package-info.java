/** The PostgreSQL that all contenders share, its copies of databases, and what its log says. */
@NullMarked
package dev.reclaim.bench.server;

import org.jspecify.annotations.NullMarked;
