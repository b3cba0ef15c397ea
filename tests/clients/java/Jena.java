import java.util.TreeSet;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.core.Quad;
import org.apache.jena.sparql.exec.http.GSP;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;
import org.apache.jena.sparql.exec.http.QuerySendMode;

/** Apache Jena, asked as its users ask: `Jena ADDRESS QUERY`. */
final class Jena {
  public static void main(String[] arguments) {
    String address = arguments[0], query = arguments[1], endpoint = address + "sparql";
    Told.version(QueryExecutionFactory.class);
    Told.of("SELECT by GET", () -> cities(sent(endpoint, query, QuerySendMode.asGetAlways)));
    Told.of("SELECT by POST, the query alone (with `Upgrade: h2c`)", () -> cities(sent(endpoint, query, QuerySendMode.asPost)));
    Told.of("SELECT by POST, as a form", () -> cities(sent(endpoint, query, QuerySendMode.asPostForm)));
    Told.of("`SERVICE` in a query of its own", () -> {
      String elsewhere = query.replaceFirst("(?s)\\{(.*)\\}", "{ SERVICE <" + endpoint + "> {$1} }");
      return cities(QueryExecutionFactory.create(elsewhere, DatasetFactory.create()));
    });
    Told.of("CONSTRUCT of everything", () -> {
      try (var asked = sent(endpoint, "CONSTRUCT WHERE { ?s ?p ?o }", QuerySendMode.asGetAlways)) {
        return asked.execConstruct().size() + " statements";
      }
    });
    Told.of("the default graph, by the Graph Store Protocol", () ->
        GSP.service(address + "graph").defaultGraph().GET().size() + " statements");
    for (String path : new String[] {"id/city/it-modena", "def", "catalog"}) {
      Told.of("/" + path + ", by negotiation", () -> RDFDataMgr.loadModel(address + path).size() + " statements");
    }
    for (String form : new String[] {"ttl", "jsonld", "rdf", "trig"}) {
      String path = "doc/city/it-modena." + form;
      Told.of("/" + path, () -> statements(address + path) + " statements");
    }
  }

  private static QueryExecution sent(String endpoint, String query, QuerySendMode mode) {
    return QueryExecutionHTTP.service(endpoint).query(query).sendMode(mode).build();
  }

  private static String cities(QueryExecution asked) {
    try (asked) {
      TreeSet<String> names = new TreeSet<>();
      asked.execSelect().forEachRemaining(row -> names.add(row.getLiteral("name").getString()));
      return names.size() + " cities, from " + names.first() + " to " + names.last();
    }
  }

  /** TriG also tells who said what: here each statement counts once. */
  private static long statements(String address) {
    return RDFDataMgr.loadDataset(address).asDatasetGraph().stream().map(Quad::asTriple).distinct().count();
  }
}
