"""A world as lists of every city have it: one row for municipality and city, codes, changes, joint bodies, targets."""

from questions.towns import SOURCE

FILES = {
    "register/source.ttl": SOURCE.format(slug="register", rank=2),
    "register/municipalities.csv": "slug,name,country,latitude,longitude,other_names,"
    "start,start_latest,end,istat,belfiore\n"
    "it-alba,Alba,ITA,44.7,8.03,Alba Pompeia,,1861-03-17,,004003,A124\n"
    "it-bra,Bra,ITA,,,,1861,,1928-12-05,004029,B111\n"
    "it-cervo,Cervo,ITA,,,,1923-11-02,,,008017,\n",
    "register/cities.csv": "slug,name,label_en,label_it,country\ngb-derby,Derby,,,GBR\nit-turin,,Turin,Torino,ITA\n",
    "register/governments.csv": "slug,class,name,label_en,label_it,governs,members,start,end,territory\n"
    "gb-derby,Municipality,,Derby City Council,Consiglio di Derby,gb-derby,,,,\n"
    "gb-derwent,Municipality,,Derwent Council,Consiglio del Derwent,gb-derby,,,2019-03-31,\n"
    "it-cuneo,Province,Cuneo,,,,,,,https://w3id.org/italia/controlled-vocabulary/territorial-classifications/provinces/004\n"
    "it-langhe,JointBody,Langhe,,,it-alba;it-bra,it-alba;it-bra,,,\n"
    "it-turin,Municipality,,,,it-turin,,,,\n",
    "register/organizations.csv": "slug,name,label_en,label_it\nus,,Us,Noi\naess,AESS,,\n",
    "register/moved.csv": "thing,moved_to\ngovernment/it-alba-pompeia,government/it-alba\n",
    "links/source.ttl": SOURCE.format(slug="links", rank=2),
    "sources/one/source.ttl": SOURCE.format(slug="one", rank=1),
    "sources/one/identifiers.csv": "of,scheme,code,spell,start,end\n"
    "government/it-cervo,istat,037017,,1927,1928-03\ngovernment/it-cervo,istat,037017,2,1947-01-01,\n"
    "city/it-alba,lau,IT_004003,,,\n",
    "sources/one/changes.csv": "slug,kind,original,resulting,start\n"
    "it-bra-1928,incorporation,it-alba;it-bra,it-alba,1928-12-06\n"
    "gb-derby-2019,merger,gb-derwent,gb-derby,2019-04-01\n",
    "sources/one/networks.csv": "slug,form,label_en,label_it\npact,OrganizationalCollaboration,Pact,Patto\n",
    "sources/one/memberships.csv": "government,network,role,start,attested_on,status,coordinated_by,supported_by\n"
    "it-alba,pact,member,2010-01-26,2024-01,on-hold,government/it-cuneo,organization/aess\n"
    "it-langhe,pact,member,2012,2024-01,active,,\nit-turin,pact,member,2011,,,,\nit-bra,pact,member,1920,,,,\n",
    "sources/one/twinnings.csv": "partner_1,partner_2,attested_on\ngb-derby,it-alba,2016\n",
    "sources/one/commitments.csv": "government,kind,target_year,network,declared_on,attested_on\n"
    "gb-derby,climate-emergency,2035,,2019-07-18,\nit-alba,emission-reduction,2030,pact,2010-01-26,2024-01\n"
    "it-alba,emission-reduction,2020,pact,2010-01-26,2024-01\n",
    "sources/one/observations.csv": "slug,of,measure,value,bound,attested_on\n"
    "it-alba-inhabitants-2010,city/it-alba,inhabitants,31000,exactly,2010\n",
    "sources/one/people.csv": "slug,name\nada,Ada\n",
    "sources/one/posts.csv": "slug,label_en,label_it,post_in,role\n"
    "it-alba-mayor,Mayor of Alba,Sindaca di Alba,government/it-alba,mayor\n",
    "sources/one/holdings.csv": "person,post,elected_on,attested_on\nada,it-alba-mayor,2024-06-09,2025-01-17\n",
}
