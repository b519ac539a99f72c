package dev.reclaim.check;

import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.store.S3Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * What an account has to be allowed in a bucket whose files some policy moves into quarantine:
 * files are copied there, and brought back to wherever they were.
 *
 * @param actions as Amazon's policies name them, each with what it is on
 */
public record BucketRights(String store, String bucket, List<String> actions) {

  /** Those of every such bucket, in the order of the file. */
  public static List<BucketRights> of(PolicyFile file) {
    List<BucketRights> rights = new ArrayList<>();
    for (StoreDefinition store : file.stores().values()) {
      boolean moves =
          file.policies().stream()
              .anyMatch(it -> it.quarantine().isPresent() && speaksOf(it, store.name()));
      if (moves && store.settings() instanceof S3Settings s3) {
        rights.add(new BucketRights(store.name(), s3.bucket(), actions(s3.bucket())));
      }
    }
    return rights;
  }

  private static boolean speaksOf(Policy policy, String store) {
    return policy instanceof FilePolicy files
        ? files.store().equals(store)
        : policy instanceof RowPolicy rows
            && rows.files().stream().anyMatch(linked -> linked.store().equals(store));
  }

  private static List<String> actions(String bucket) {
    return List.of(
        "s3:ListBucket, s3:GetBucketVersioning on " + bucket,
        "s3:GetObject, s3:PutObject, s3:DeleteObject on " + bucket + "/*",
        "s3:GetObjectTagging, s3:PutObjectTagging on " + bucket + "/*, where objects have tags",
        "s3:DeleteObjectVersion on " + bucket + "/*, where the bucket has come to keep versions");
  }
}
