package dev.reclaim.cli;

import dev.reclaim.database.Books;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import java.util.ArrayList;
import java.util.List;

/** Databases in which anything was ever deleted: the schema comes with the first run. */
final class LedgerBooks {
  private LedgerBooks() {}

  static List<Database> of(Databases databases) {
    List<Database> booked = new ArrayList<>();
    for (Database database : databases.all()) {
      if (database.jdbi().withHandle(handle -> Books.readable(handle, "ledger_totals"))) {
        booked.add(database);
      }
    }
    return booked;
  }
}
