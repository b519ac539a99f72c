package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reclaim.settings.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest implements ObjectStoreContract, QuarantineContract {
  @TempDir private Path directory;
  private Path root;
  private Path outside;
  private ObjectStore store;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    outside = Files.createDirectory(directory.resolve("outside"));
    store = ObjectStores.open("temp", new DirectorySettings(root));
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Override
  public String read(String path) {
    try {
      return Files.readString(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void put(String path, String content) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, ObjectStoreContract.bytes(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredObject claim(String path) {
    return new StoredObject(path, 1, "x", Instant.EPOCH);
  }

  private DeletionResult delete(StoredObject object) {
    return List.copyOf(store.delete(List.of(object)).values()).get(0).result();
  }

  @Test
  void neitherFollowsNorRemovesLinks() throws IOException {
    Path secret = Files.writeString(outside.resolve("secret"), "x");
    Files.createSymbolicLink(root.resolve("file"), secret);
    Files.createSymbolicLink(root.resolve("folder"), outside);
    Files.createSymbolicLink(root.resolve("loop"), root);

    assertThat(listed("")).isEmpty();
    assertThat(listed("folder/")).isEmpty();
    assertThat(store.stat(List.of("file", "folder/secret", "folder"))).isEmpty();
    assertThat(delete(claim("file"))).isEqualTo(DeletionResult.CHANGED);
    assertThat(delete(claim("folder"))).isEqualTo(DeletionResult.CHANGED);
    assertThat(delete(claim("folder/secret"))).isEqualTo(DeletionResult.MISSING);
    assertThat(secret).exists();
    assertThat(root.resolve("file")).isSymbolicLink();
  }

  @Test
  void keepsFileWhoseFolderBecameALinkAfterTheLook() throws IOException {
    put("folder/a", "x");
    StoredObject seen = look("folder/a");
    Files.move(root.resolve("folder"), outside.resolve("folder"));
    Files.createSymbolicLink(root.resolve("folder"), outside.resolve("folder"));

    assertThat(delete(seen)).isEqualTo(DeletionResult.MISSING);
    assertThat(outside.resolve("folder/a")).exists();
  }

  @Test
  void touchesNothingOutsideOfItsRoot() throws IOException {
    Path secret = Files.writeString(outside.resolve("secret"), "x");
    put("a", "x");
    List<String> claims =
        List.of(
            "../outside/secret", secret.toString(), "a/../../outside/secret", "./a", "/a", "//a");

    assertThat(store.stat(claims)).isEmpty();
    for (String path : claims) {
      assertThat(delete(claim(path))).as(path).isEqualTo(DeletionResult.DENIED);
    }
    assertThat(secret).exists();
    assertThat(root.resolve("a")).exists();
  }

  @Test
  void keepsFileThatWasWrittenAgainWithTheSameSize() throws IOException {
    put("a", "1");
    StoredObject seen = look("a");
    Files.setLastModifiedTime(root.resolve("a"), FileTime.from(seen.modified().plusNanos(1_000)));

    assertThat(delete(seen)).isEqualTo(DeletionResult.CHANGED);
  }

  @Test
  void keepsFileThatAnotherWasRenamedOver() throws IOException {
    put("a", "1");
    put("b", "2");
    StoredObject seen = look("a");
    Files.setLastModifiedTime(root.resolve("b"), FileTime.from(seen.modified()));
    Files.move(
        root.resolve("b"), root.resolve("a"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(delete(seen)).isEqualTo(DeletionResult.CHANGED);
  }

  @Test
  void neverTakesAFolderForAFile() throws IOException {
    Files.createDirectories(root.resolve("folder/empty"));

    assertThat(listed("")).isEmpty();
    assertThat(delete(claim("folder"))).isEqualTo(DeletionResult.CHANGED);
    assertThat(root.resolve("folder/empty")).exists();
  }

  @Test
  void skipsNamesThatAreNoText() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "touch \"$(printf 'bad\\377')\" good")
            .directory(root.toFile())
            .start();
    assertThat(shell.waitFor()).isZero();

    assertThat(listed("")).extracting(StoredObject::path).containsOnly("good");
  }

  @Test
  void filesWithNamesThatAreNoTextSurviveWithTheirFolders() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    Process shell =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "mkdir -p a \"$(printf 'f\\377')\"; touch \"$(printf 'a/bad\\377')\" a/good \"$(printf 'f\\377/in')\"")
            .directory(root.toFile())
            .start();
    assertThat(shell.waitFor()).isZero();

    assertThat(delete(look("a/good"))).isEqualTo(DeletionResult.DELETED);

    assertThat(listed("")).isEmpty();
    assertThat(entries(root.resolve("a"))).isEqualTo(1);
    assertThat(entries(root)).isEqualTo(2);
  }

  private static long entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  @Test
  void takesAwayTheFoldersThatItEmptiedAndNoOthers() throws IOException {
    List.of("a/b/c/1", "a/b/c/2", "a/x/kept", "d/1").forEach(path -> put(path, path));
    Files.createDirectories(root.resolve("empty/before"));
    Files.createDirectories(root.resolve("d/empty"));
    List<StoredObject> going =
        List.of(look("a/b/c/1"), look("a/b/c/2"), look("d/1"), claim("empty/before/never"));

    store.delete(going);

    assertThat(root.resolve("a/b")).doesNotExist();
    assertThat(root.resolve("a/x/kept")).exists();
    assertThat(root.resolve("d/empty")).exists();
    assertThat(root.resolve("empty/before")).exists();
  }

  @Test
  void keepsFoldersInWhichSomethingIsLeft() throws IOException {
    List.of("a/1", "a/2", "b/1").forEach(path -> put(path, path));
    Files.createSymbolicLink(root.resolve("b/link"), outside);

    store.delete(List.of(look("a/1"), look("b/1")));

    assertThat(root.resolve("a/2")).exists();
    assertThat(root.resolve("b/link")).isSymbolicLink();
  }

  @Test
  void keepsItsRoot() {
    put("a", "x");
    put("b/c", "x");

    store.delete(List.of(look("a"), look("b/c")));

    assertThat(root).isEmptyDirectory();
  }

  @Test
  void missingRootIsNoEmptyStore() throws IOException {
    put("a", "x");
    StoredObject seen = look("a");
    Files.move(root, directory.resolve("moved"));

    assertThatThrownBy(() -> listed("")).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.stat(List.of("a")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> delete(seen)).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void anotherDirectoryInTheRootsPlaceIsNoEmptyStore() throws IOException {
    put("a", "x");
    look("a");
    Files.move(root, directory.resolve("moved"));
    Files.createDirectory(root);

    assertThatThrownBy(() -> store.stat(List.of("a")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("mounted");
  }

  @Test
  void showsFilesOneByOneAndStopsWhenTheVisitorThrows() {
    List.of("a", "b/c", "d").forEach(path -> put(path, path));
    List<StoredObject> shown = new ArrayList<>();

    assertThatThrownBy(
            () ->
                store.list(
                    "",
                    object -> {
                      shown.add(object);
                      throw new IllegalStateException("enough");
                    }))
        .hasMessage("enough");
    assertThat(shown).hasSize(1);
  }

  @Test
  void saysWhatIsWrongWithADirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> check(directory.resolve("none")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Store temp: ")
        .hasMessageContaining("is no directory");
    assertThatThrownBy(() -> check(file)).hasMessageContaining("is no directory");
    assertThatThrownBy(() -> check(Path.of("/"))).hasMessageContaining("whole file system");
  }

  private static void check(Path directory) {
    try (ObjectStore store = ObjectStores.open("temp", new DirectorySettings(directory))) {
      store.check();
    }
  }
}
