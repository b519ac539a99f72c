package dev.reclaim.store;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of a CSV file as S3 Inventory writes it: fields in quotes, a quote in them doubled. */
final class CsvRows {
  private static final int END = -1;

  private final Reader in;
  private int next;

  /** The rows of a reader, which had better be buffered. */
  CsvRows(Reader in) throws IOException {
    this.in = in;
    this.next = in.read();
  }

  /**
   * The next row; empty at the end.
   *
   * @throws IOException also where a quote has no end
   */
  Optional<List<String>> next() throws IOException {
    while (next == '\n' || next == '\r') {
      next = in.read();
    }
    if (next == END) {
      return Optional.empty();
    }
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (next == ',') {
      next = in.read();
      fields.add(field());
    }
    if (next != '\n' && next != '\r' && next != END) {
      throw new IOException("something stands after a quote");
    }
    return Optional.of(fields);
  }

  private String field() throws IOException {
    return next == '"' ? quoted() : plain();
  }

  private String plain() throws IOException {
    StringBuilder text = new StringBuilder();
    for (; next != ',' && next != '\n' && next != '\r' && next != END; next = in.read()) {
      text.append((char) next);
    }
    return text.toString();
  }

  private String quoted() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      next = in.read();
      if (next == END) {
        throw new IOException("a quote has no end");
      }
      if (next == '"') {
        next = in.read();
        if (next != '"') {
          return text.toString();
        }
      }
      text.append((char) next);
    }
  }
}
