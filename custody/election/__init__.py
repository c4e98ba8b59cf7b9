"""An election as a folder of data: what its tables say, read strictly and checked together; nothing of any one country.

model      what a folder says, once it was read without a mistake
reading    the files of a folder: tables, election.toml, rules.json, each mistake with its file, line and column
checks     what the tables say together: who is there to sign, whether moments, zones, seals and couriers fit
dates      when each step of a preparation and a journey is done, reckoned from the days of voting
usual      the people and consignments that an election usually has, for those who write a folder
reference  kz-2015, the first such folder, which demonstration, scenarios and simulator play by default
"""
