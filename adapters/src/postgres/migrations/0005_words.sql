-- Each person's words, for searches with a slip of the pen: similar words are found by their trigrams. Words are only
-- ever added; one that no todo has any more finds nothing. Both extensions are trusted: whoever may create in the
-- database may add them, and they come with PostgreSQL itself.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE TABLE todo_words (
    owner text COLLATE "C" NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (owner, word)
);
-- Owner and trigrams in one index: it reads one person's part only, however many others have such words.
CREATE INDEX todo_words_alike ON todo_words USING gin (owner, word gin_trgm_ops);

-- What is there already: terms begin with eight signs of their owner's, and those with a § are whole tags.
INSERT INTO todo_words (owner, word)
SELECT DISTINCT owner, substr(term, 9) FROM todos, unnest(tsvector_to_array(terms)) AS term
WHERE substr(term, 9) ~ '^[[:alpha:]]{4,40}$';
