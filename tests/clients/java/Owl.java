import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.HasIRI;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** The OWL API, with which Protégé reads ontologies: `Owl ADDRESS QUERY`. It ends where an import cannot be loaded. */
final class Owl {
  private static final String OURS = "https://w3id.org/interurban/def/";

  public static void main(String[] arguments) {
    String address = arguments[0];
    Told.version(OWLOntology.class);
    Told.of("/def, by negotiation", () -> named(loaded(address + "def")) + ", " + imports(loaded(address + "def")));
    Told.of("what in /def is not OWL 2 DL", () -> violations(loaded(address + "def")));
    Told.of("the terms of /def", () -> terms(loaded(address + "def")));
    Told.of("the terms of /def.ttl", () -> terms(loaded(address + "def.ttl")));
    Told.of("what /def says of itself", () -> loaded(address + "def").annotations()
        .map(said -> said.getProperty().getIRI().getShortForm()).collect(Collectors.toCollection(TreeSet::new)));
    for (String module : new String[] {"alignments", "authority", "concepts", "graphs", "presentation", "reused"}) {
      Told.of("/def/" + module + ", alone", () ->
          named(loaded(address + "def/" + module)) + ", not OWL 2 DL: " + violations(loaded(address + "def/" + module)));
    }
  }

  private static OWLOntology loaded(String address) throws Exception {
    return OWLManager.createOWLOntologyManager().loadOntology(IRI.create(address));
  }

  private static String named(OWLOntology ontology) {
    return ontology.getOntologyID().getOntologyIRI().map(IRI::toString).orElse("no ontology");
  }

  private static String imports(OWLOntology ontology) {
    return "version " + ontology.getOntologyID().getVersionIRI().map(IRI::getShortForm).orElse("none")
        + ", loaded " + ontology.imports().count() + " of " + ontology.importsDeclarations().count() + " imports";
  }

  private static String violations(OWLOntology ontology) {
    var found = new OWL2DLProfile().checkOntology(ontology).getViolations();
    return found.isEmpty() ? "nothing" : found.stream().map(OWLProfileViolation::toString).sorted().limit(3).toList().toString();
  }

  private static String terms(OWLOntology ontology) {
    Function<Stream<? extends HasIRI>, Long> ours = all -> all.filter(term -> term.getIRI().toString().startsWith(OURS)).count();
    return ours.apply(ontology.classesInSignature()) + " classes, "
        + ours.apply(ontology.objectPropertiesInSignature()) + " object properties, "
        + ours.apply(ontology.dataPropertiesInSignature()) + " data properties, "
        + ours.apply(ontology.annotationPropertiesInSignature()) + " annotation properties";
  }
}
