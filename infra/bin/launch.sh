# Sourced by the commands of this project: finds a java, and builds a program where that has not been done or its
# sources have changed. Needs $root, the top of the checkout; sets $java.

if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi

# require_java PROGRAM
require_java() {
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\)[^"]*".*/\1/p' | head -n 1)
  if [ -z "$version" ]; then
    echo "$1 needs a JDK of version 17 or newer, and found no java. Install one, or set JAVA_HOME to one." >&2
    exit 1
  fi
  if [ "$version" -lt 17 ]; then
    echo "$1 needs a JDK of version 17 or newer; $java is version $version. Set JAVA_HOME to a newer one." >&2
    exit 1
  fi
}

# stale JAR
stale() {
  [ ! -f "$1" ] && return 0
  [ -n "$(find "$root/pom.xml" "$root/events-schema" "$root/planner" "$root/worker" "$root/infra" \
    \( -name target -o -path '*/src/test' \) -prune -o -type f \( -path '*/src/main/*' -o -name pom.xml \) \
    -newer "$1" -print 2>/dev/null | head -n 1)" ]
}

# build_where_stale PROGRAM MODULE JAR
build_where_stale() {
  stale "$3" || return 0
  if ! command -v mvn >/dev/null 2>&1; then
    echo "$1 has to be built first, and found no mvn. Install Maven 3.8 or newer." >&2
    exit 1
  fi
  log=$root/$2/target/build.log
  mkdir -p "$(dirname "$log")"
  echo "Building $1; the first time this takes some minutes..." >&2
  if ! mvn -B -f "$root/pom.xml" -pl "$2" -am -Dmaven.test.skip=true package >"$log" 2>&1; then
    grep -E "^\[(ERROR|WARNING)\]" "$log" | head -n 20 >&2
    echo "The build failed; all of its output is in $log." >&2
    exit 1
  fi
  touch "$3"
}
