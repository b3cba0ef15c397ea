import java.net.URI;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.eclipse.rdf4j.model.Model;
import org.eclipse.rdf4j.query.QueryResults;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;

/** Eclipse RDF4J, asked as its users ask: `Rdf4j ADDRESS QUERY`. */
final class Rdf4j {
  public static void main(String[] arguments) {
    String address = arguments[0], query = arguments[1];
    Told.version(SPARQLRepository.class);
    SPARQLRepository repository = new SPARQLRepository(address + "sparql");
    try (RepositoryConnection connection = repository.getConnection()) {
      Told.of("SELECT", () -> cities(connection, query));
      Told.of("ASK", () -> connection.prepareBooleanQuery("ASK { ?s ?p ?o }").evaluate());
      Told.of("CONSTRUCT of everything", () ->
          QueryResults.asModel(connection.prepareGraphQuery("CONSTRUCT WHERE { ?s ?p ?o }").evaluate()).size() + " statements");
      Told.of("how many statements, and in how many graphs", () ->
          connection.size() + " statements, " + connection.getContextIDs().stream().count() + " graphs");
    }
    repository.shutDown();
    for (RDFFormat form : new RDFFormat[] {RDFFormat.TURTLE, RDFFormat.JSONLD, RDFFormat.RDFXML}) {
      Told.of("/doc/city/it-modena, as " + form.getName(), () -> {
        var asked = URI.create(address + "doc/city/it-modena").toURL().openConnection();
        asked.setRequestProperty("Accept", form.getDefaultMIMEType());
        return Rio.parse(asked.getInputStream(), address, form).size() + " statements";
      });
    }
    for (String name : new String[] {"ttl", "jsonld", "trig", "nq"}) {
      Told.of("the dump interurban." + name, () -> dump(address, name, false).size() + " statements");
    }
    Told.of("the dump interurban.nq.gz", () -> dump(address, "nq", true).size() + " statements");
  }

  private static String cities(RepositoryConnection connection, String query) {
    TreeSet<String> names = new TreeSet<>();
    connection.prepareTupleQuery(query).evaluate().forEach(row -> names.add(row.getValue("name").stringValue()));
    return names.size() + " cities, from " + names.first() + " to " + names.last();
  }

  private static Model dump(String address, String name, boolean packed) throws Exception {
    String file = address + "dumps/interurban/interurban." + name;
    try (var read = URI.create(packed ? file + ".gz" : file).toURL().openStream()) {
      return Rio.parse(packed ? new GZIPInputStream(read) : read, address, Rio.getParserFormatForFileName(file).orElseThrow());
    }
  }
}
