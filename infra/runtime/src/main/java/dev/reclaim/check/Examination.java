package dev.reclaim.check;

import dev.reclaim.check.NeededRights.Needed;
import dev.reclaim.database.ChildPaths;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.Misfit;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.Subject;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.ObjectStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy file held against its live databases and stores: every problem there is, and the rights
 * that are needed. This is the one list of checks, for {@code validate} and for every start.
 */
public final class Examination {
  private static final Logger LOG = LoggerFactory.getLogger(Examination.class);

  private static final List<RowCheck> NAME_CHECKS = List.of(new ColumnsCheck(), new AgeCheck());

  private static final List<RowCheck> ROW_CHECKS =
      List.of(
          new ForeignKeysCheck(),
          new SoftReferencesCheck(),
          new TriggersCheck(),
          new PartitionsCheck());

  private final PolicyFile file;
  private final Purpose purpose;
  private final Map<String, Report> policies = new LinkedHashMap<>();
  private final List<Report> others = new ArrayList<>();
  private final List<Problem> unfit = new ArrayList<>();
  private final Map<String, ExaminedRows> rows = new LinkedHashMap<>();
  private final List<DatabaseRights> rights = new ArrayList<>();

  private Examination(PolicyFile file, Purpose purpose) {
    this.file = file;
    this.purpose = purpose;
    for (Policy policy : file.policies()) {
      policies.put(policy.name(), Report.of(policy.name(), file.places(policy)));
    }
  }

  /**
   * What a role needs in one database.
   *
   * @param statements GRANTs, of which no smaller ones would do
   */
  public record DatabaseRights(String database, String role, List<String> statements) {}

  /** What the file is to be good for. */
  public enum Purpose {
    /** Nothing is changed, so that a role which may only read will do. */
    PLAN,
    DELETE
  }

  /** Looks at all policies whose databases are there. */
  public static Examination of(PolicyFile file, Databases databases, Purpose purpose) {
    Examination examination = new Examination(file, purpose);
    for (Database database : databases.all()) {
      database.jdbi().useTransaction(handle -> examination.look(database.name(), handle));
    }
    new RowContradictions(examination.rows, examination.policies).find();
    new FileContradictions(examination.policies).find(examination.files());
    return examination;
  }

  /** Looks at stores, too. */
  public void add(Collection<ObjectStore> stores) {
    stores.parallelStream()
        .map(
            store -> {
              Report report =
                  below(new Subject(Subject.Kind.STORE, store.name()), "stores." + store.name());
              StoreCheck.check(store, report);
              return report;
            })
        .toList()
        .forEach(others::add);
    stores.forEach(store -> unfit.addAll(StoreFit.problems(file, store)));
  }

  /** Every problem, by its place in the file. */
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    policies.values().forEach(report -> problems.addAll(report.problems()));
    others.forEach(report -> problems.addAll(report.problems()));
    problems.addAll(unfit);
    return problems.stream().distinct().sorted(Problem.BY_PLACE).toList();
  }

  /** What the roles need, a database each. */
  public List<DatabaseRights> rights() {
    return List.copyOf(rights);
  }

  /**
   * Refuses to go on with any error, and notes the rest in the log.
   *
   * @throws UserException with every error, a line each
   */
  public void requireSound() {
    String errors =
        problems().stream()
            .filter(Problem::isError)
            .map(Problem::line)
            .collect(Collectors.joining(System.lineSeparator()));
    if (!errors.isEmpty()) {
      throw new UserException(Kind.USAGE, errors);
    }
    problems().stream()
        .filter(problem -> problem.severity() == Problem.Severity.WARNING)
        .forEach(problem -> LOG.warn("{}", problem.line()));
  }

  private void look(String database, Handle handle) {
    Live live = Live.of(handle);
    Report report = below(new Subject(Subject.Kind.DATABASE, database), "databases." + database);
    others.add(report);
    ServerCheck.Traits server = ServerCheck.ask(handle, InstantSource.system());
    ServerCheck.check(server, report);
    if (purpose == Purpose.DELETE) {
      ServerCheck.checkBooks(server, live.role(), report);
      IntentsCheck.check(handle, file, report);
      Optional.ofNullable(file.databases().get(database))
          .ifPresent(settings -> PaceCheck.check(settings.limits(), live, report));
    }
    Grants grants = new Grants();
    for (Policy policy : file.policies()) {
      if (policy instanceof RowPolicy rowPolicy && policy.database().equals(database)) {
        look(rowPolicy, live, grants);
      } else if (policy instanceof FilePolicy files) {
        look(files, database, live, grants);
      }
    }
    List<String> statements = new ArrayList<>();
    if (!server.prepared()) {
      statements.add(ServerCheck.create(server, live.role()));
    }
    statements.addAll(grants.sql(live.role()));
    rights.add(new DatabaseRights(database, live.role(), statements));
  }

  private void look(RowPolicy policy, Live live, Grants grants) {
    Report report = report(policy);
    Optional<TableShape> shape = new TableCheck(live, report).owned("table", policy.table());
    if (shape.isEmpty()) {
      return;
    }
    ExaminedRows examined = named(policy, shape.get(), live, report);
    rows.put(policy.name(), examined);
    ROW_CHECKS.forEach(check -> check.check(examined, report));
    List<Needed> needed = NeededRights.of(examined, purpose);
    RightsCheck.check(needed, live, report);
    RowSecurityCheck.check(needed, live, report);
    new ExpressionsCheck().check(examined, report);
    if (examined.named()) {
      needed.forEach(each -> grants.addAll(each.grants()));
    }
    if (examined.named() && purpose == Purpose.DELETE) {
      new VacuumCheck().check(examined, report);
      grants.addAll(VacuumCheck.grants(examined));
    }
  }

  private static ExaminedRows named(RowPolicy policy, TableShape shape, Live live, Report report) {
    ExaminedRows alone =
        new ExaminedRows(policy, shape, List.of(), live, ExaminedRows.Names.DOUBTFUL);
    NAME_CHECKS.forEach(check -> check.check(alone, report));
    ExaminedRows.Names names =
        report.hasErrors() ? ExaminedRows.Names.DOUBTFUL : ExaminedRows.Names.KNOWN;
    return new ExaminedRows(policy, shape, children(policy, shape, live, report), live, names);
  }

  private static List<ChildPath> children(
      RowPolicy policy, TableShape shape, Live live, Report report) {
    try {
      return ChildPaths.of(policy, shape, live.tables());
    } catch (Misfit misfit) {
      // A name that is not known has been reported.
      if (!report.hasErrors() || misfit.part().equals("children")) {
        report.error(misfit.part(), misfit.what(), misfit.mend());
      }
      return List.of();
    }
  }

  private void look(FilePolicy policy, String database, Live live, Grants grants) {
    new FileReferencesCheck(
            live, report(policy), file.store(policy.store()).referenceParser().plainForm())
        .check(policy, database);
    for (Reference reference : policy.references()) {
      if (reference.table().database().equals(database)) {
        grants.addAll(NeededRights.of("", reference).grants());
      }
    }
  }

  private List<FilePolicy> files() {
    return file.policies().stream()
        .filter(FilePolicy.class::isInstance)
        .map(FilePolicy.class::cast)
        .toList();
  }

  private Report below(Subject subject, String path) {
    return Report.below(subject, file.whole(), path);
  }

  private Report report(Policy policy) {
    return Optional.ofNullable(policies.get(policy.name())).orElseThrow();
  }
}
