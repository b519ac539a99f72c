package dev.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "tags ? 'a'~tags ?? 'a'",
        "tags ?| array['a','b?']~tags ??| array['a','b?']",
        "note = 'why?'~note = 'why?'",
        "note = 'it''s ?' AND tags ? 'x'~note = 'it''s ?' AND tags ?? 'x'",
        "\"odd?\" = 1 AND tags ? 'x'~\"odd?\" = 1 AND tags ?? 'x'",
        "note = '??' OR tags ?& x~note = '??' OR tags ??& x",
        "\"it's\" = '\"' AND tags ? 'x'~\"it's\" = '\"' AND tags ?? 'x'",
      })
  void doublesTheQuestionMarksThatAreOperators(String expression, String prepared) {
    assertThat(Sql.verbatim(expression)).isEqualTo(prepared);
    assertThat(Sql.readable(prepared)).isEqualTo(expression);
  }

  @Test
  void quotesNamesAndValues() {
    assertThat(Sql.identifier("say \"when\"")).isEqualTo("\"say \"\"when\"\"\"");
    assertThat(Sql.literal("it's")).isEqualTo("'it''s'");
  }
}
