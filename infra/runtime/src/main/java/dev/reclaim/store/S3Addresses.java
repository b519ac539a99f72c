package dev.reclaim.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How objects of a bucket are referred to. */
final class S3Addresses implements Addresses {
  private static final Set<String> BUCKET_SCHEMES = Set.of("s3", "s3a", "s3n");
  private static final Pattern OTHER_SCHEME =
      Pattern.compile("(?i)(file|data|blob|about|mailto):.*");
  private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:s3:[^:]*:[^:]*:(.+)");
  private static final Pattern AMAZON =
      Pattern.compile("(?:(.+)\\.)?s3[.-](?:[a-z0-9.-]+\\.)?amazonaws\\.com(?:\\.cn)?");

  private static final String AMAZON_REGION =
      "s3[.-](?:(?:dualstack\\.)?[a-z]+(?:-[a-z]+)+-[0-9]+\\.)?amazonaws\\.com";

  /** A bucket and a key behind Supabase's routes. */
  private static final Pattern SUPABASE =
      Pattern.compile(
          "[^?#]*?/storage/v1/(?:object|render/image)/"
              + "(?:(?:info/|upload/)?(?:public|sign|authenticated)/)?([^/?#]+)/(.+)");

  private final String bucket;
  private final PublicUrls publicUrls;
  private final String endpointHost;
  private final String endpointPath;

  S3Addresses(S3Settings settings) {
    this.bucket = settings.bucket();
    this.publicUrls = PublicUrls.of(settings.publicUrls());
    Optional<Url> endpoint =
        Optional.ofNullable(settings.endpoint()).flatMap(uri -> Url.parse(uri.toString()));
    this.endpointHost = endpoint.map(Url::host).orElse("");
    this.endpointPath = endpoint.map(url -> url.rest().replaceFirst("/+$", "")).orElse("");
  }

  @Override
  public void collect(String text, Set<String> paths) {
    Matcher arn = ARN.matcher(text);
    if (arn.matches()) {
      collect("s3://" + arn.group(1), paths);
      return;
    }
    Optional<Url> url = Url.parse(text).or(() -> Url.withoutScheme(text));
    if (url.isPresent()) {
      addReadings(addressed(url.get(), text), paths);
    } else if (OTHER_SCHEME.matcher(text).matches()) {
      throw new UnparseableReferenceException(text, "is not of a kind that names an object");
    } else {
      addPlain(text, paths);
    }
  }

  @Override
  public List<String> beginnings() {
    String name = PlainForm.literal(bucket);
    boolean canBeHost = bucket.equals(bucket.toLowerCase(Locale.ROOT));
    List<String> beginnings = new ArrayList<>(List.of("/", "s3://" + name + "/"));
    beginnings.addAll(publicUrls.beginnings().toList());
    if (endpointHost.isEmpty()) {
      beginnings.add("https?://" + AMAZON_REGION + "/" + name + "/");
      if (canBeHost) {
        beginnings.add("https?://" + name + "\\." + AMAZON_REGION + "/");
      }
    } else {
      beginnings.add(PlainForm.web(endpointHost, endpointPath + "/" + bucket));
      if (canBeHost) {
        beginnings.add(PlainForm.web(bucket + "." + endpointHost, endpointPath));
      }
    }
    return beginnings;
  }

  @Override
  public List<String> routes() {
    return List.of(
        "https?://[a-z0-9-]+(?:\\.[a-z0-9-]+)*(?::[0-9]+)?/storage/v1/object/(?:public|authenticated)/"
            + PlainForm.literal(bucket)
            + "/");
  }

  /**
   * Of plain names, so without Supabase's routes: what {@link #addressed} finds by authority alone.
   */
  @Override
  public List<String> roots(Url authority) {
    return Stream.concat(
            publicUrls.roots(authority).stream(),
            Stream.of("", endpointPath, "/" + bucket, endpointPath + "/" + bucket)
                .filter(root -> isRoot(authority, root)))
        .distinct()
        .toList();
  }

  private boolean isRoot(Url authority, String root) {
    return named(new Url(authority.scheme(), authority.host(), root + "/key"))
        .filter(it -> isOurs(it) && it.key().equals("key"))
        .isPresent();
  }

  @Override
  public boolean isOnlyItself(String beginning) {
    String first = beginning.substring(beginning.startsWith("/") ? 1 : 0);
    return !first.equals(bucket.toLowerCase(Locale.ROOT))
        && !first.equals(endpointHost)
        && !publicUrls.mayBegin(first);
  }

  /** The keys of an address, as written in it. */
  private List<String> addressed(Url url, String text) {
    List<String> keys = new ArrayList<>(publicUrls.keys(url));
    Optional<Named> named = named(url);
    if (keys.isEmpty()) {
      requireOurs(named.orElseThrow(() -> foreign(url, text)), text);
    }
    named.filter(this::isOurs).map(Named::key).ifPresent(keys::add);
    return keys;
  }

  private record Named(String bucket, String key) {}

  private Optional<Named> named(Url url) {
    if (BUCKET_SCHEMES.contains(url.scheme())) {
      return Optional.of(new Named(url.host(), url.below("").orElse("")));
    }
    if (!url.isWeb()) {
      return Optional.empty();
    }
    return supabase(url.rest()).or(() -> atEndpoint(url)).or(() -> atAmazon(url));
  }

  private static Optional<Named> supabase(String rest) {
    Matcher route = SUPABASE.matcher(rest);
    return route.matches()
        ? Optional.of(new Named(Spellings.decoded(route.group(1)), route.group(2)))
        : Optional.empty();
  }

  private Optional<Named> atEndpoint(Url url) {
    if (url.host().equals(bucket.toLowerCase(Locale.ROOT)) && !url.host().equals(endpointHost)) {
      return Optional.of(new Named(bucket, url.below("").orElse("")));
    }
    if (endpointHost.isEmpty()) {
      return Optional.empty();
    }
    if (url.host().equals(endpointHost)) {
      return url.below(endpointPath).map(S3Addresses::pathStyle);
    }
    return url.host().endsWith("." + endpointHost)
        ? Optional.of(
            new Named(
                url.host().substring(0, url.host().length() - endpointHost.length() - 1),
                url.below(endpointPath).orElse("")))
        : Optional.empty();
  }

  private static Optional<Named> atAmazon(Url url) {
    Matcher host = AMAZON.matcher(url.host());
    if (!host.matches()) {
      return Optional.empty();
    }
    return host.group(1) == null
        ? url.below("").map(S3Addresses::pathStyle)
        : Optional.of(new Named(host.group(1), url.below("").orElse("")));
  }

  private static Named pathStyle(String path) {
    int slash = path.indexOf('/');
    return slash < 0
        ? new Named(path, "")
        : new Named(Spellings.decoded(path.substring(0, slash)), path.substring(slash + 1));
  }

  private boolean isOurs(Named named) {
    return named.bucket().equals(bucket) && !named.key().isEmpty();
  }

  private void requireOurs(Named named, String text) {
    if (!named.bucket().equals(bucket)) {
      throw new UnparseableReferenceException(
          text, "names the bucket %s, not %s".formatted(named.bucket(), bucket));
    }
    if (named.key().isEmpty()) {
      throw new UnparseableReferenceException(text, "names the bucket and no object in it");
    }
  }

  private UnparseableReferenceException foreign(Url url, String text) {
    return new UnparseableReferenceException(
        text,
        url.isWeb()
            ? "is on a host that is not known to serve bucket %s: if it does, add its address to publicUrls"
                .formatted(bucket)
            : "has the scheme %s, which names no object of a bucket".formatted(url.scheme()));
  }

  private void addPlain(String text, Set<String> paths) {
    Set<String> keys = new LinkedHashSet<>();
    for (String piece : Spellings.pieces(text)) {
      keys.add(piece);
      keys.addAll(publicUrls.keysWithoutScheme(piece));
      hostWithoutScheme(piece).ifPresent(keys::add);
      PublicUrls.after(bucket + "/", piece.replaceFirst("^/+", "")).ifPresent(keys::add);
    }
    supabase("/" + text)
        .ifPresent(
            named -> {
              requireOurs(named, text);
              keys.add(named.key());
            });
    addReadings(keys, paths);
  }

  /** An address that lost its scheme, where its host is known; else it is a key like any other. */
  private Optional<String> hostWithoutScheme(String text) {
    return Url.parse("https://" + text).flatMap(this::named).filter(this::isOurs).map(Named::key);
  }

  private static void addReadings(Collection<String> keys, Set<String> paths) {
    for (String key : Spellings.of(keys)) {
      paths.add(key);
      String bare = key.replaceFirst("^/+", "");
      paths.add(bare);
      paths.add("/" + bare);
      if (DotSegments.ODD.matcher(bare).find()) {
        paths.addAll(DotSegments.resolved(bare));
      }
    }
    paths.remove("");
    paths.remove("/");
  }
}
