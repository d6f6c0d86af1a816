"""Names to invent people from, who do not exist; the e-mail domain is one that can never exist (RFC 2606)."""

DOMAIN = "dialoogreeks.example"

FIRST_NAMES = (
    "Aafke", "Abdel", "Adriaan", "Agnes", "Ahmet", "Aisha", "Alejandro", "Amina", "Anika", "Anil", "Annelies", "Anouk",
    "Arjan", "Astrid", "Ayşe", "Bart", "Bas", "Bouchra", "Bram", "Carla", "Carlos", "Chantal", "Chen", "Cor", "Daan",
    "Danielle", "Dewi", "Dirk", "Djamila", "Ebru", "Edwin", "Elif", "Elke", "Els", "Emine", "Emma", "Erik", "Esther",
    "Eva", "Farid", "Fatima", "Femke", "Fleur", "Frank", "Geert", "Gerda", "Gijs", "Glenn", "Greet", "Hamza", "Hanneke",
    "Hans", "Hassan", "Heleen", "Hilde", "Ibrahim", "Ilse", "Imane", "Inge", "Iris", "Ivana", "Jamal", "Jan", "Janneke",
    "Jasmin", "Jeroen", "Jesse", "Joke", "Joost", "Joris", "Joyce", "Judith", "Karim", "Karin", "Khadija", "Kees",
    "Kim", "Klaas", "Kumar", "Lars", "Latifa", "Leila", "Lieke", "Linh", "Lotte", "Maaike", "Maarten", "Malika",
    "Marieke", "Marjolein", "Mark", "Mehmet", "Mei", "Merel", "Michiel", "Milan", "Mirjam", "Mohammed", "Monique",
    "Mustafa", "Nadia", "Naomi", "Niels", "Nienke", "Noor", "Olga", "Omar", "Pascal", "Paul", "Petra", "Pieter",
    "Priya", "Rachid", "Ravi", "Renske", "Rianne", "Robin", "Roos", "Ruben", "Ruud", "Samira", "Sander", "Sandra",
    "Sanne", "Saskia", "Sem", "Shanti", "Sjoerd", "Soraya", "Stefan", "Stijn", "Suzanne", "Tamara", "Thijs", "Thomas",
    "Tineke", "Tom", "Ümit", "Vera", "Wendy", "Wietske", "Willem", "Winston", "Wouter", "Xavier", "Yara", "Yasmin",
    "Youssef", "Yvonne", "Zeynep", "Zoë",
)  # fmt: skip

LAST_NAMES = (
    "Aalbers", "Achterberg", "Ait Said", "Akkermans", "Alofs", "Amrani", "Anema", "Arslan", "Baldew", "Bakhuis",
    "Beekhof", "Ben Salah", "Bergsma", "Bijlhout", "Boersma", "Bolkestijn", "Boutaib", "Brandsma", "Brouwers",
    "Cabral", "Çelik", "Chen", "Claassen", "Coster", "Dalstra", "de Boer", "de Graaf", "de Haan", "de Jong", "de Vries",
    "de Wit", "Demir", "Dijkstra", "Doğan", "Doornbos", "Duijn", "Eikelboom", "El Idrissi", "Elzinga", "Feenstra",
    "Fernandes", "Frederiks", "Geertsema", "Ghali", "Goedhart", "Groenewoud", "Haagsma", "Hakimi", "Hartman",
    "Heemskerk", "Hendriks", "Hoekstra", "Hofland", "Hoogland", "Huisman", "IJzerman", "Jacobs", "Jagroep", "Janssen",
    "Kamerling", "Kaya", "Keizer", "Khan", "Kloosterman", "Koning", "Kooistra", "Kowalski", "Kramer", "Kuipers",
    "Lammers", "Landzaat", "Leeflang", "Lie", "Linders", "Loman", "Maas", "Madani", "Martina", "Meesters", "Meijer",
    "Mendes", "Molenaar", "Mulder", "Naipal", "Nauta", "Nguyen", "Nijhof", "Oosterhuis", "Oudkerk", "Özdemir",
    "Pattiselanno", "Peeters", "Pengel", "Pinas", "Polman", "Postma", "Quist", "Rademaker", "Ramdas", "Reitsma",
    "Rietveld", "Roelofs", "Ruiter", "Rutgers", "Şahin", "Sahetapy", "Santos", "Schaap", "Schipper", "Schuurman",
    "Silva", "Sluiter", "Smits", "Soekhram", "Staal", "Steenbergen", "Tahiri", "Talsma", "ter Horst", "Terpstra",
    "Timmerman", "Tjon", "Tol", "Tuinstra", "Uyterlinde", "van Beek", "van Dam", "van den Berg", "van der Heide",
    "van der Linde", "van Dijk", "van Houten", "van Leeuwen", "van Loon", "van 't Hof", "Veenstra", "Verbeek",
    "Verhoeven", "Vermeer", "Visser", "Vonk", "Vrolijk", "Wagenaar", "Wang", "Westra", "Wierda", "Wijngaard",
    "Winkelman", "Yıldız", "Zaal", "Ziani", "Zijlstra", "Zuidema",  # noqa: RUF001 -- the name is written so
)  # fmt: skip

REQUESTERS = (
    ("Marleen Bakhuis", "nl"),
    ("Yusuf Demirel", "nl"),
    ("Ingrid Hoogendam", "nl"),
    ("Thomas Whitfield", "en"),
    ("Nora El Fassi", "nl"),
    ("Wim Kloppenburg", "nl"),
    ("Sharda Ramlal", "nl"),
    ("Bente Oldenhof", "nl"),
    ("Kofi Mensah", "nl"),
    ("Jolanda Terpstra", "nl"),
    ("Rogier van Aalst", "nl"),
    ("Mei-Lin Tan", "nl"),
)
"""Twelve civil servants who may ask for a dialogue, with the language they use."""

TEAM = (("Hedwig Nieuwland", "nl"), ("Ismaël Boukari", "nl"), ("Claire Donnelly", "en"))
"""The programme team, with the language they use."""
