import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The same small fold in Kafka Streams, exactly once (v2), its states written to PostgreSQL.
 *
 * <p>Peer BROKER JDBC_ADDRESS EVENTS NAME FOLDER THREADS prints the seconds from its first event to
 * the last one's commit. Settings are the library's own but for what is named in `settings`.
 */
public final class Peer {
    private static final int ROWS = 1_000; // states in one transaction of PostgreSQL, at most
    private static final Duration EVERY = Duration.ofMillis(100); // as often as Streams commits
    private static final String SAVE =
            "insert into peer_state (case_id, state) values (?, ?)"
                    + " on conflict (case_id) do update set state = excluded.state";

    // Names that come once in a hundred million events are not worth a shared table of strings.
    static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    static final ObjectMapper STATES = new ObjectMapper(JSON);

    static final AtomicLong SEEN = new AtomicLong();
    static final AtomicLong STARTED = new AtomicLong();
    static final AtomicLong SAVED = new AtomicLong();

    /** One rating, as it is kept. */
    public record Rating(String id, String event, int value, String by, long at) {}

    /** One goal, as it is kept. */
    public static final class Goal {
        public String kind;
        public String owner;
        public String client;
        public int target;
        public int first;
        public int best;
        public List<Rating> ratings = new ArrayList<>();
    }

    /** One case, as it is kept. */
    public static final class Case {
        public String clinic;
        public Map<String, Goal> goals = new HashMap<>();
        public List<String> recent = new ArrayList<>();
    }

    static final class Fold implements Processor<byte[], byte[], Void, Void> {
        private final String address;
        private final long events;
        private final Map<String, byte[]> dirty = new HashMap<>();
        private ProcessorContext<Void, Void> context;
        private KeyValueStore<byte[], byte[]> store;
        private Connection connection;
        private PreparedStatement save;
        private long unsaved;

        Fold(String address, long events) {
            this.address = address;
            this.events = events;
        }

        @Override
        public void init(ProcessorContext<Void, Void> given) {
            context = given;
            store = given.getStateStore("cases");
            try {
                connection = DriverManager.getConnection(address);
                connection.setAutoCommit(false);
                save = connection.prepareStatement(SAVE);
            } catch (SQLException error) {
                throw new IllegalStateException(error);
            }
            given.schedule(EVERY, PunctuationType.WALL_CLOCK_TIME, now -> flush());
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            String kind = header(record, "ce_type");
            if (!kind.equals("goals.goal_set") && !kind.equals("goals.goal_rated")) {
                return;
            }
            STARTED.compareAndSet(0, System.nanoTime());
            try {
                Map<String, String> said = parsed(record.value());
                byte[] held = store.get(record.key());
                Case state = held == null ? new Case() : STATES.readValue(held, Case.class);
                fold(state, kind, said, header(record, "ce_id"));
                byte[] kept = STATES.writeValueAsBytes(state);
                store.put(record.key(), kept);
                dirty.put(new String(record.key(), StandardCharsets.UTF_8), kept);
            } catch (java.io.IOException error) {
                throw new IllegalStateException(error);
            }
            unsaved++;
            if (dirty.size() >= ROWS || SEEN.incrementAndGet() == events) {
                flush();
            }
        }

        private void flush() {
            if (dirty.isEmpty()) {
                return;
            }
            try {
                for (Map.Entry<String, byte[]> each : new java.util.TreeMap<>(dirty).entrySet()) {
                    save.setObject(1, UUID.fromString(each.getKey()));
                    save.setBytes(2, each.getValue());
                    save.addBatch();
                }
                save.executeBatch();
                connection.commit();
            } catch (SQLException error) {
                throw new IllegalStateException(error);
            }
            dirty.clear();
            context.commit();
            if (SAVED.addAndGet(unsaved) == events) {
                System.out.println((System.nanoTime() - STARTED.get()) / 1e9);
                Runtime.getRuntime().halt(0);
            }
            unsaved = 0;
        }
    }

    static void fold(Case state, String kind, Map<String, String> said, String event) {
        state.clinic = said.get("clinic_id");
        Goal goal = state.goals.computeIfAbsent(said.get("goal_id"), id -> new Goal());
        if (kind.equals("goals.goal_set")) {
            goal.kind = said.get("kind");
            goal.owner = said.get("owner");
            goal.client = said.get("client_id");
            goal.target = Integer.parseInt(said.get("target"));
        } else {
            int value = Integer.parseInt(said.get("value"));
            if (goal.ratings.isEmpty()) {
                goal.first = value;
                goal.best = value;
            }
            goal.best = Math.max(goal.best, value);
            long at = Instant.parse(said.get("rated_at")).toEpochMilli();
            goal.ratings.add(
                    new Rating(said.get("rating_id"), event, value, said.get("rated_by"), at));
        }
        state.recent.add(event.substring(0, 8));
        if (state.recent.size() > 50) {
            state.recent.remove(0);
        }
    }

    static Map<String, String> parsed(byte[] value) throws java.io.IOException {
        Map<String, String> said = new HashMap<>();
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (token.isScalarValue()) {
                    said.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return said;
    }

    static String header(Record<byte[], byte[]> record, String name) {
        Header found = record.headers().lastHeader(name);
        return found == null ? "" : new String(found.value(), StandardCharsets.UTF_8);
    }

    static Properties settings(String broker, String name, String folder, String threads) {
        Properties made = new Properties();
        made.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        made.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
        made.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        made.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        made.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        made.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, "1"); // there is one broker
        made.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return made;
    }

    public static void main(String[] given) {
        Topology topology = new Topology();
        var bytes = Serdes.ByteArray();
        topology.addSource("goals", bytes.deserializer(), bytes.deserializer(), "goals");
        topology.addProcessor("fold", () -> new Fold(given[1], Long.parseLong(given[2])), "goals");
        var cases = Stores.persistentKeyValueStore("cases");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(cases, bytes, bytes).withCachingEnabled(), "fold");
        var streams = new KafkaStreams(topology, settings(given[0], given[3], given[4], given[5]));
        streams.setUncaughtExceptionHandler(
                error -> {
                    error.printStackTrace();
                    Runtime.getRuntime().halt(1);
                    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                });
        streams.start();
    }
}
