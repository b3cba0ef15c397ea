import java.util.concurrent.Callable;

/** Prints what came of a question: one line, the question and the answer with a tab between. */
final class Told {
  private Told() {}

  /** The version of the library that a class is from, which its file is named after. */
  static void version(Class<?> of) {
    String file = of.getProtectionDomain().getCodeSource().getLocation().getPath();
    print("version", file.replaceAll(".*-(\\d[^-]*)\\.jar", "$1"));
  }

  /** An answer, or the error there was instead. */
  static void of(String asked, Callable<Object> question) {
    try {
      print(asked, String.valueOf(question.call()));
    } catch (Exception error) {
      print(asked, "failed: " + error + (error.getCause() == null ? "" : ", since " + error.getCause()));
    }
  }

  private static void print(String asked, String came) {
    System.out.println(asked + "\t" + came.replaceAll("\\s+", " "));
  }
}
