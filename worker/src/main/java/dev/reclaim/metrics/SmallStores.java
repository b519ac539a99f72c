package dev.reclaim.metrics;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/**
 * Bounds what RocksDB takes outside of the heap: one cache of 16 MiB for the process, and 2 MiB of
 * write buffers for each open store, of which a task has up to seven. Streams' own settings would
 * allow 80 MiB a store.
 */
public final class SmallStores implements RocksDBConfigSetter {
  private static final int WRITE_BUFFER_BYTES = 1 << 20;
  private static final int WRITE_BUFFERS_MAX = 2;
  private static final long CACHE_BYTES = 16L << 20;

  private static final Cache CACHE = cache();

  private static Cache cache() {
    RocksDB.loadLibrary();
    return new LRUCache(CACHE_BYTES);
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
  }

  /** Closes nothing: the cache belongs to the process. */
  @Override
  public void close(String storeName, Options options) {}
}
